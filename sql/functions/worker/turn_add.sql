-- SPDX-License-Identifier: BSD-2-Clause
-- Writes one turn, or writes it again: what was heard of it may be known only later, and a worker
-- that got no answer asks twice.

create or replace function worker.turn_add(
    p_call_id uuid, p_epoch int, p_seq int, p_role text, p_content text, p_interrupted boolean,
    p_t_ms int, p_timings json, p_state json)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call   frontdesk.calls := private.call_enter(p_call_id, coalesce(p_epoch, -1));
    v_is_new boolean;
begin
    -- The call is locked: nobody else adds to it meanwhile.
    v_is_new := not exists (select from frontdesk.turns t
                             where t.client_id = v_call.client_id
                               and t.call_id = v_call.id
                               and t.seq = p_seq
                               and t.call_created_at = v_call.created_at);

    insert into frontdesk.turns as t (
        client_id, call_id, seq, call_created_at, role, content, interrupted, t_ms, timings,
        state, owner_epoch, created_at)
    values (
        v_call.client_id, v_call.id, p_seq, v_call.created_at, p_role, left(p_content, 32768),
        coalesce(p_interrupted, false), greatest(p_t_ms, 0), p_timings, p_state,
        v_call.owner_epoch,
        coalesce(v_call.answered_at, v_call.created_at)
            + make_interval(secs => greatest(p_t_ms, 0) / 1000.0))
    on conflict (client_id, call_id, seq, call_created_at) do update
       set role = excluded.role,
           content = excluded.content,
           interrupted = excluded.interrupted,
           t_ms = excluded.t_ms,
           timings = coalesce(excluded.timings, t.timings),
           state = coalesce(excluded.state, t.state),
           owner_epoch = excluded.owner_epoch,
           created_at = excluded.created_at;

    update frontdesk.calls c
       set turn_count = c.turn_count + v_is_new::int,
           live_state = case when private.call_is_over(c.status) then null
                             else coalesce(left(lower(p_state ->> 'state'), 64), c.live_state) end
     where c.id = v_call.id
       and c.created_at = v_call.created_at
       and (v_is_new or p_state is not null);
end
$$;
