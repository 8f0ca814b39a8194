-- SPDX-License-Identifier: BSD-2-Clause
-- Ends one call that nobody has any more, and answers 1; 0 when there is none.  Called again and
-- again by every worker, one at a time does it.
--
-- An owner pays ahead and writes turns, so one that did neither for p_after_s seconds is gone.  The
-- call is settled up to its last sign of life.  One call a transaction: who ends a call holds its
-- client, and must then wait for no other call.

create or replace function worker.calls_sweep(p_after_s int) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_id   uuid;
    v_call frontdesk.calls;
    v_seen timestamptz;
begin
    if p_after_s is null or p_after_s < 10 then
        perform private.refuse(422, 'A call is given up after 10 seconds at least.', 'after_s');
    end if;
    if not pg_try_advisory_xact_lock(hashtextextended('frontdesk.calls_sweep', 0)) then
        return 0;
    end if;

    for v_id in select * from private.calls_quiet(p_after_s) loop
        v_call := private.call_enter(v_id);
        continue when private.call_is_over(v_call.status);

        if v_call.status = 'ringing' then
            perform private.call_close(v_call, 'no_answer', 'lost', 0, null);
            return 1;
        end if;

        select greatest(v_call.answered_at, max(s.at)) into v_seen
          from (select l.created_at
                  from frontdesk.ledger l
                 where l.client_id = v_call.client_id and l.call_id = v_call.id
                union all
                select t.created_at
                  from frontdesk.turns t
                 where t.client_id = v_call.client_id
                   and t.call_id = v_call.id
                   and t.call_created_at = v_call.created_at) s (at);
        continue when v_seen > now() - make_interval(secs => p_after_s)
            or v_call.answered_at + make_interval(secs => v_call.reserved_seconds) > now();

        perform private.call_note(v_call, 'call.lost', jsonb_build_object('node', v_call.node));
        perform private.call_close(v_call, 'failed', 'lost',
                                   ceil(extract(epoch from v_seen - v_call.answered_at))::int,
                                   coalesce(v_call.summary, 'The connection was lost.'));
        return 1;
    end loop;
    return 0;
end
$$;
