-- SPDX-License-Identifier: BSD-2-Clause
-- How long the caller waited for answers, in milliseconds: exact, out of the call's own turns.

create or replace function private.call_latency_json(p_call frontdesk.calls) returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return (select json_build_object(
                'answers', count(*),
                'p50', percentile_disc(0.5) within group (order by w.ms),
                'p95', percentile_disc(0.95) within group (order by w.ms),
                'max', max(w.ms))
              from (select (t.timings ->> 'first_frame_ms')::numeric as ms
                      from frontdesk.turns t
                     where t.client_id = p_call.client_id
                       and t.call_id = p_call.id
                       and t.call_created_at = p_call.created_at
                       and t.role = 'assistant'
                       and jsonb_typeof(t.timings -> 'first_frame_ms') = 'number'
                       and t.timings ? 'endpoint_ms') w);
end
$$;

grant execute on function private.call_latency_json(frontdesk.calls) to frontdesk_api;
