-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses everybody but the platform's admins.

create or replace function private.admin_only() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if not private.user_is_admin() then
        perform private.refuse(403, 'Only an admin may do this.');
    end if;
end
$$;

grant execute on function private.admin_only() to frontdesk_definer, frontdesk_api;
