-- SPDX-License-Identifier: BSD-2-Clause
-- All clients by name, with whose they are.

create or replace function api.admin_client_list(
    p_q text, p_owner_user_id uuid, p_is_active boolean, p_routing text, p_limit int,
    p_offset int, p_cursor_key text, p_cursor_id uuid)
returns table (id uuid, name text, owner_user_id uuid, owner_email text, owner_name text,
               members int, timezone text, routing text, voice_mode text, balance_seconds int,
               is_active boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select c.id, c.name, c.owner_user_id, u.email, u.name,
           (select count(*)::int from frontdesk.client_members m where m.client_id = c.id),
           c.timezone, c.routing, c.voice_mode, c.balance_seconds, c.is_active, c.created_at,
           c.updated_at
      from frontdesk.clients c
      join frontdesk.users u on u.id = c.owner_user_id
     where (p_q is null or position(lower(p_q) in lower(c.name)) > 0
            or position(lower(p_q) in u.email) > 0)
       and (p_owner_user_id is null or c.owner_user_id = p_owner_user_id)
       and (p_is_active is null or c.is_active = p_is_active)
       and (p_routing is null or c.routing = p_routing)
       and (p_cursor_id is null or (c.name, c.id) > (p_cursor_key, p_cursor_id))
     order by c.name, c.id
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end
$$;
