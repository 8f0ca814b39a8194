-- SPDX-License-Identifier: BSD-2-Clause
-- Calls by client, who calls most first.  Runs as frontdesk_definer: an admin's policies would
-- compare every row with the list of all clients.

set local role frontdesk_definer;

create or replace function api.admin_analytics_by_client(
    p_from timestamptz, p_to timestamptz, p_limit int, p_offset int)
returns table (client_id uuid, client_name text, calls int, completed int, failed int,
               seconds bigint, average_seconds int, balance_seconds int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_span tstzrange;
begin
    perform private.admin_only();
    v_span := private.span_check(p_from, p_to);
    return query
    select c.id, c.name, k.calls, k.completed, k.failed, k.seconds, k.average, c.balance_seconds
      from (select k.client_id, count(*)::int as calls,
                   (count(*) filter (where k.status = 'completed'))::int as completed,
                   (count(*) filter (where k.status = 'failed'))::int as failed,
                   coalesce(sum(k.duration), 0)::bigint as seconds,
                   coalesce(round(avg(k.duration)), 0)::int as average
              from frontdesk.calls k
             where k.created_at >= lower(v_span) and k.created_at < upper(v_span)
             group by k.client_id) k
      join frontdesk.clients c on c.id = k.client_id
     order by k.seconds desc, c.name, c.id
     limit coalesce(p_limit, 50) offset coalesce(p_offset, 0);
end
$$;
