-- SPDX-License-Identifier: BSD-2-Clause
-- The name of who did what the audit log shows.  Runs as frontdesk_definer: people see nobody else
-- in the table of users.

set local role frontdesk_definer;

create or replace function private.actor_name(p_user_id uuid) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return (select coalesce(nullif(u.name, ''), u.email)
              from frontdesk.users u where u.id = p_user_id);
end
$$;

grant execute on function private.actor_name(uuid) to frontdesk_api;
