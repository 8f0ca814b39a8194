-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses who may not make what belongs to no client yet: a key that only reads, or one that is
-- for one client alone.

create or replace function private.user_may_add() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if private.user_id() is null then
        perform private.refuse(401, 'You are not logged in.');
    end if;
    if not private.may_write()
        or current_setting('frontdesk.key_client_id', true) <> '' then
        perform private.refuse(403, 'This key may not do that.');
    end if;
end
$$;

grant execute on function private.user_may_add() to frontdesk_api;
