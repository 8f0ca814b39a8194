-- SPDX-License-Identifier: BSD-2-Clause
-- The platform at a glance; days are UTC's, revenue is what was paid in the last thirty days and
-- not given back.  Runs as frontdesk_definer: an admin's policies would
-- compare every row with the list of all clients.

set local role frontdesk_definer;

create or replace function api.admin_dashboard()
returns table (users int, users_active int, clients int, clients_active int, calls_today int,
               calls_failed_today int, minutes_today int, active_calls int, balance_seconds bigint,
               jobs_queued int, jobs_running int, jobs_dead int, refusals_today int,
               nodes_alive int, revenue json)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_today timestamptz := date_trunc('day', now(), 'UTC');
begin
    perform private.admin_only();
    return query
    select u.n, u.active, c.n, c.active, k.n, k.failed, k.minutes, l.n, c.seconds, j.queued,
           j.running, j.dead, a.n, n.alive, p.revenue
      from (select count(*)::int as n, (count(*) filter (where u.is_active))::int as active
              from frontdesk.users u) u
     cross join (select count(*)::int as n, (count(*) filter (where c.is_active))::int as active,
                        coalesce(sum(c.balance_seconds), 0)::bigint as seconds
                   from frontdesk.clients c) c
     cross join (select count(*)::int as n,
                        (count(*) filter (where k.status = 'failed'))::int as failed,
                        coalesce(ceil(sum(k.duration) / 60.0), 0)::int as minutes
                   from frontdesk.calls k where k.created_at >= v_today) k
     cross join (select count(*)::int as n from frontdesk.calls k
                  where k.status in ('ringing', 'in_progress')
                    and k.created_at > now() - interval '1 day') l
     cross join (select (count(*) filter (where j.state = 'queued'))::int as queued,
                        (count(*) filter (where j.state = 'running'))::int as running,
                        (count(*) filter (where j.state = 'dead'))::int as dead
                   from frontdesk.jobs j where j.state <> 'done') j
     cross join (select count(*)::int as n from frontdesk.audit_log a
                  where a.result = 'refused' and a.at >= v_today) a
     cross join (select count(*)::int as alive from frontdesk.nodes n
                  where n.heartbeat_at > now() - interval '30 s') n
     cross join (select coalesce(json_agg(p order by p.currency), '[]') as revenue
                   from (select p.currency,
                                sum(p.amount_cents - p.refunded_cents)::bigint as amount_cents
                           from frontdesk.payments p
                          where p.paid_at > now() - interval '30 days'
                          group by p.currency) p) p;
end
$$;
