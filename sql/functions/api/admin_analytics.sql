-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of all clients by day of UTC.  Runs as frontdesk_definer: an admin's policies would compare
-- every row with the list of all clients.

set local role frontdesk_definer;

create or replace function api.admin_analytics(p_from timestamptz, p_to timestamptz)
returns table (day date, calls int, inbound int, outbound int, browser int, completed int,
               failed int, human int, seconds bigint, average_seconds int, clients int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_span tstzrange;
begin
    perform private.admin_only();
    v_span := private.span_check(p_from, p_to);
    return query
    select timezone('UTC', k.created_at)::date, count(*)::int,
           (count(*) filter (where k.direction = 'inbound'))::int,
           (count(*) filter (where k.direction = 'outbound'))::int,
           (count(*) filter (where k.direction = 'browser'))::int,
           (count(*) filter (where k.status = 'completed'))::int,
           (count(*) filter (where k.status = 'failed'))::int,
           (count(*) filter (where k.call_type = 'human'))::int,
           coalesce(sum(k.duration), 0)::bigint, coalesce(round(avg(k.duration)), 0)::int,
           count(distinct k.client_id)::int
      from frontdesk.calls k
     where k.created_at >= lower(v_span) and k.created_at < upper(v_span)
     group by 1 order by 1;
end
$$;
