-- SPDX-License-Identifier: BSD-2-Clause
-- The longest calls of all clients.  Runs as frontdesk_definer: an admin's policies would compare
-- every row with the list of all clients.

set local role frontdesk_definer;

create or replace function api.admin_top_calls(p_from timestamptz, p_to timestamptz, p_limit int)
returns table (call_id uuid, client_id uuid, client_name text, direction text, status text,
               duration int, turn_count int, settled_seconds int, created_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_span tstzrange;
begin
    perform private.admin_only();
    v_span := private.span_check(p_from, p_to);
    return query
    select k.id, k.client_id, c.name, k.direction, k.status, k.duration, k.turn_count,
           k.settled_seconds, k.created_at
      from frontdesk.calls k
      join frontdesk.clients c on c.id = k.client_id
     where k.created_at >= lower(v_span) and k.created_at < upper(v_span)
       and k.duration is not null
     order by k.duration desc, k.created_at desc, k.id
     limit coalesce(p_limit, 20);
end
$$;
