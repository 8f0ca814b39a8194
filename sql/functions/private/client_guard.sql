-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: a client that an admin made inactive is made active by an admin alone.

create or replace function private.client_guard() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    if new.is_active = old.is_active then
        return new;
    end if;
    if new.is_active and old.is_suspended and private.user_id() is not null
        and not private.user_is_admin() then
        perform private.refuse(403, 'This client was suspended; please ask the platform''s admin.',
                               'is_active');
    end if;
    new.is_suspended := not new.is_active and private.user_is_admin();
    return new;
end
$$;
