-- SPDX-License-Identifier: BSD-2-Clause
-- What callers of a client can book, in the client's order.

create or replace function api.service_list(
    p_client_id uuid, p_is_active boolean, p_limit int, p_offset int, p_cursor_key text,
    p_cursor_id uuid)
returns table (id uuid, client_id uuid, name text, minutes int, "position" int, is_active boolean,
               created_at timestamptz, updated_at timestamptz)
language sql stable
begin atomic
    select s.id, s.client_id, s.name, s.minutes, s."position", s.is_active, s.created_at,
           s.updated_at
      from frontdesk.services s
     where s.client_id = (select private.client_seen(p_client_id))
       and (p_is_active is null or s.is_active = p_is_active)
       and (p_cursor_id is null or (s."position", s.id) > (p_cursor_key::int, p_cursor_id))
     order by s."position", s.id
     limit least(greatest(coalesce(p_limit, 50), 1), 10000) offset greatest(p_offset, 0);
end;
