-- SPDX-License-Identifier: BSD-2-Clause
-- Who works for a client, newest first.  The id is the user's.

create or replace function api.member_list(
    p_client_id uuid, p_role text, p_limit int, p_offset int, p_cursor_key text, p_cursor_id uuid)
returns table (id uuid, user_id uuid, email text, name text, role text, created_at timestamptz,
               updated_at timestamptz)
language sql stable
begin atomic
    select p.user_id, p.user_id, p.email, p.name, p.role, p.created_at, p.updated_at
      from private.client_people(private.client_seen(p_client_id)) p
     where (p_role is null or p.role = p_role)
       and (p_cursor_id is null
            or (p.created_at, p.user_id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by p.created_at desc, p.user_id desc
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end;
