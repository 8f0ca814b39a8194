-- SPDX-License-Identifier: BSD-2-Clause
-- The members of a client that the user sees, by name and address.  Runs as frontdesk_definer:
-- people see nobody else in the table of users.

set local role frontdesk_definer;

create or replace function private.client_people(p_client_id uuid)
returns table (user_id uuid, email text, name text, role text, created_at timestamptz,
               updated_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select u.id, u.email, u.name, m.role, m.created_at, m.updated_at
      from frontdesk.client_members m
      join frontdesk.users u on u.id = m.user_id
     where m.client_id = p_client_id
       and p_client_id in (select private.visible_clients());
end
$$;

grant execute on function private.client_people(uuid) to frontdesk_api;
