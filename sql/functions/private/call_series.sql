-- SPDX-License-Identifier: BSD-2-Clause
-- The sums of calls one by one: by day, by agent, by the provider its agent has, or by hour.

create or replace function private.call_series(
    p_client_id uuid, p_from date, p_to date, p_by text)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
    if p_by = 'hour' then
        return (
            select json_agg(json_build_object('hour', h.hour - 1, 'calls', h.calls)
                            order by h.hour)
              from (select n.hour, coalesce(sum(s.hours[n.hour]), 0) as calls
                      from generate_series(1, 24) n (hour)
                      left join frontdesk.call_stats s
                             on (p_client_id is null or s.client_id = p_client_id)
                            and s.day between p_from and p_to
                     group by n.hour) h);
    end if;

    return (
        select coalesce(json_agg(json_build_object(
                   coalesce(p_by, 'day'), g.key, 'id', g.id, 'calls', g.calls,
                   'ai_calls', g.ai_calls, 'human_calls', g.human_calls, 'seconds', g.seconds,
                   'bookings', g.booked, 'leads', g.leads, 'transfers', g.transferred,
                   'cost_micros', g.cost_micros)
                   order by g.key, g.id), '[]')
          from (select case p_by when 'agent' then a.name when 'provider' then a.llm_provider
                                 else s.day::text end as key,
                       case when p_by = 'agent' then s.agent_id end as id,
                       sum(s.calls) as calls, sum(s.ai_calls) as ai_calls,
                       sum(s.human_calls) as human_calls, sum(s.seconds) as seconds,
                       sum(s.booked) as booked, sum(s.leads) as leads,
                       sum(s.transferred) as transferred, sum(s.cost_micros) as cost_micros
                  from frontdesk.call_stats s
                  left join frontdesk.agents a
                         on p_by in ('agent', 'provider')
                        and a.client_id = s.client_id and a.id = s.agent_id
                 where (p_client_id is null or s.client_id = p_client_id)
                   and s.day between p_from and p_to
                 group by 1, 2
                having sum(s.calls) <> 0) g);
end
$$;

grant execute on function private.call_series(uuid, date, date, text) to frontdesk_api;
