-- SPDX-License-Identifier: BSD-2-Clause
-- Whether this transaction acts as an admin.  Runs as frontdesk_definer: policies use it, and
-- users has policies itself.

set local role frontdesk_definer;

create or replace function private.is_admin() returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from frontdesk.users u
                    where u.id = private.user_id() and u.is_active and u.role = 'admin');
end
$$;

grant execute on function private.is_admin() to frontdesk_api, frontdesk_worker;
