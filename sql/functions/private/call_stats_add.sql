-- SPDX-License-Identifier: BSD-2-Clause
-- Counts a call in the sums of its day, or takes it out again (p_sign -1).

create or replace function private.call_stats_add(p_call frontdesk.calls, p_sign int) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_hour int := p_call.stats_hour + 1;
begin
    insert into frontdesk.call_stats as s (
        client_id, day, agent_id, calls, ai_calls, human_calls, completed, missed, failed, booked,
        leads, transferred, seconds, paid_seconds, turns, cost_micros, hours)
    values (
        p_call.client_id, p_call.stats_day, p_call.agent_id, p_sign,
        p_sign * (p_call.call_type = 'ai')::int,
        p_sign * (p_call.call_type = 'human')::int,
        p_sign * (p_call.status = 'completed')::int,
        p_sign * (p_call.status in ('no_answer', 'busy', 'canceled'))::int,
        p_sign * (p_call.status = 'failed')::int,
        p_sign * p_call.has_appointment::int,
        p_sign * p_call.has_lead::int,
        p_sign * (p_call.call_type = 'human' and p_call.owner_epoch > 0)::int,
        p_sign * coalesce(p_call.duration, 0),
        p_sign * coalesce(p_call.settled_seconds, 0),
        p_sign * p_call.turn_count,
        p_sign * coalesce(p_call.cost_micros, 0),
        array_fill(0, array[v_hour - 1]) || p_sign || array_fill(0, array[24 - v_hour]))
    on conflict (client_id, day, agent_id) do update
       set calls = s.calls + excluded.calls,
           ai_calls = s.ai_calls + excluded.ai_calls,
           human_calls = s.human_calls + excluded.human_calls,
           completed = s.completed + excluded.completed,
           missed = s.missed + excluded.missed,
           failed = s.failed + excluded.failed,
           booked = s.booked + excluded.booked,
           leads = s.leads + excluded.leads,
           transferred = s.transferred + excluded.transferred,
           seconds = s.seconds + excluded.seconds,
           paid_seconds = s.paid_seconds + excluded.paid_seconds,
           turns = s.turns + excluded.turns,
           cost_micros = s.cost_micros + excluded.cost_micros,
           hours[v_hour] = s.hours[v_hour] + p_sign;
end
$$;

grant execute on function private.call_stats_add(frontdesk.calls, int) to frontdesk_definer;
