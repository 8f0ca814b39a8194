-- SPDX-License-Identifier: BSD-2-Clause
-- One who can log in.

create or replace function api.admin_user_get(p_id uuid)
returns table (id uuid, email text, name text, role text, is_active boolean, clients int,
               created_at timestamptz, updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select u.id, u.email, u.name, u.role, u.is_active,
           (select count(*)::int from frontdesk.client_members m where m.user_id = u.id),
           u.created_at, u.updated_at
      from frontdesk.users u
     where u.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such user.');
    end if;
end
$$;
