-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses everybody but the platform's admins, and them with a key that only reads.

create or replace function private.admin_write() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.admin_only();
    if not private.may_write() then
        perform private.refuse(403, 'This key may only read.');
    end if;
end
$$;

grant execute on function private.admin_write() to frontdesk_definer, frontdesk_api;
