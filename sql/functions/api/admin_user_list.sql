-- SPDX-License-Identifier: BSD-2-Clause
-- Everybody who can log in, newest first; a part of the name or the address finds one.

create or replace function api.admin_user_list(
    p_q text, p_role text, p_is_active boolean, p_limit int, p_offset int, p_cursor_key text,
    p_cursor_id uuid)
returns table (id uuid, email text, name text, role text, is_active boolean, clients int,
               created_at timestamptz, updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select u.id, u.email, u.name, u.role, u.is_active,
           (select count(*)::int from frontdesk.client_members m where m.user_id = u.id),
           u.created_at, u.updated_at
      from frontdesk.users u
     where (p_q is null or position(lower(p_q) in u.email) > 0
            or position(lower(p_q) in lower(u.name)) > 0)
       and (p_role is null or u.role = p_role)
       and (p_is_active is null or u.is_active = p_is_active)
       and (p_cursor_id is null
            or (u.created_at, u.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by u.created_at desc, u.id desc
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end
$$;
