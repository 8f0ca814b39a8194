-- SPDX-License-Identifier: BSD-2-Clause
-- What a client's calls came to (null: those of all my clients), from one day to another, both
-- included, of the clients' own days; without them the last 30.  All of it is out of the sums of
-- days: how many calls there were does not matter.

create or replace function api.analytics(
    p_client_id uuid default null, p_from date default null, p_to date default null,
    p_by text default null)
returns table (
    client_id uuid, "from" date, "to" date, calls bigint, ai_calls bigint, human_calls bigint,
    ai_ratio numeric, completed bigint, missed bigint, failed bigint, seconds bigint,
    average_seconds numeric, paid_seconds bigint, turns bigint, bookings bigint,
    booking_rate numeric, leads bigint, lead_rate numeric, transfers bigint,
    transfer_rate numeric, hours json, peak_hour int, latency_ms json, cost json, revenue json,
    series json)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_to   date := coalesce(p_to, (timezone('UTC', now()) + interval '14 hours')::date);
    v_from date := coalesce(p_from, v_to - 30);
    v_sum  record;
begin
    if p_client_id is not null then
        perform private.client_seen(p_client_id);
    end if;
    if v_to < v_from or v_to - v_from > 366 then
        perform private.refuse(422, 'The span is of a year at most, and not empty.', 'from');
    end if;

    select coalesce(sum(s.calls), 0) as calls, coalesce(sum(s.ai_calls), 0) as ai_calls,
           coalesce(sum(s.human_calls), 0) as human_calls,
           coalesce(sum(s.completed), 0) as completed, coalesce(sum(s.missed), 0) as missed,
           coalesce(sum(s.failed), 0) as failed, coalesce(sum(s.seconds), 0) as seconds,
           coalesce(sum(s.paid_seconds), 0) as paid_seconds, coalesce(sum(s.turns), 0) as turns,
           coalesce(sum(s.booked), 0) as booked, coalesce(sum(s.leads), 0) as leads,
           coalesce(sum(s.transferred), 0) as transferred,
           coalesce(sum(s.cost_micros), 0) as cost_micros,
           array[sum(hours[1]), sum(hours[2]), sum(hours[3]), sum(hours[4]), sum(hours[5]),
                 sum(hours[6]), sum(hours[7]), sum(hours[8]), sum(hours[9]), sum(hours[10]),
                 sum(hours[11]), sum(hours[12]), sum(hours[13]), sum(hours[14]), sum(hours[15]),
                 sum(hours[16]), sum(hours[17]), sum(hours[18]), sum(hours[19]), sum(hours[20]),
                 sum(hours[21]), sum(hours[22]), sum(hours[23]), sum(hours[24])] as hours
      into v_sum
      from frontdesk.call_stats s
     where (p_client_id is null or s.client_id = p_client_id)
       and s.day between v_from and v_to;

    return query
    select p_client_id, v_from, v_to, v_sum.calls::bigint, v_sum.ai_calls::bigint,
           v_sum.human_calls::bigint, private.ratio(v_sum.ai_calls, v_sum.calls),
           v_sum.completed::bigint, v_sum.missed::bigint, v_sum.failed::bigint,
           v_sum.seconds::bigint, round(v_sum.seconds::numeric / nullif(v_sum.calls, 0), 1),
           v_sum.paid_seconds::bigint, v_sum.turns::bigint, v_sum.booked::bigint,
           private.ratio(v_sum.booked, v_sum.calls), v_sum.leads::bigint,
           private.ratio(v_sum.leads, v_sum.calls), v_sum.transferred::bigint,
           private.ratio(v_sum.transferred, v_sum.calls),
           (select json_agg(coalesce(h.calls, 0) order by h.hour)
              from unnest(v_sum.hours) with ordinality h (calls, hour)),
           (select h.hour::int - 1 from unnest(v_sum.hours) with ordinality h (calls, hour)
             where h.calls > 0 order by h.calls desc, h.hour limit 1),
           private.latency_quantiles(p_client_id, v_from, v_to),
           json_build_object('micros', v_sum.cost_micros, 'currency', 'USD'),
           (select coalesce(json_agg(json_build_object('currency', m.currency,
                                                       'cents', m.cents) order by m.currency), '[]')
              from (select y.currency, sum(y.amount_cents - y.refunded_cents) as cents
                      from frontdesk.payments y
                     where (p_client_id is null or y.client_id = p_client_id)
                       and y.paid_at >= v_from and y.paid_at < v_to + 1
                     group by y.currency) m),
           private.call_series(p_client_id, v_from, v_to, p_by);
end
$$;
