-- SPDX-License-Identifier: BSD-2-Clause
-- Ends a call and settles it, once.  The row is locked by private.call_lock(); a call that is over
-- already stays as it is.  Seconds beyond the reservation are taken as far as the balance goes,
-- unused ones go back.

create or replace function private.call_close(
    p_call frontdesk.calls, p_status text, p_reason text, p_duration_s int, p_summary text)
returns frontdesk.calls
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call  frontdesk.calls := p_call;
    v_spare int;
    v_moved int;
begin
    if v_call.settled_at is not null then
        return v_call;
    end if;

    -- Only what an AI worker did is paid by the second.
    v_call.settled_seconds := case when v_call.owner_epoch > 0 then greatest(p_duration_s, 0)
                                   else 0 end;
    v_spare := v_call.reserved_seconds - v_call.settled_seconds;

    if v_spare <> 0 then
        insert into frontdesk.ledger (client_id, call_id, kind, seconds)
        values (v_call.client_id, v_call.id,
                case when v_spare > 0 then 'release' else 'charge' end, v_spare)
        returning seconds into v_moved;
        v_call.settled_seconds := v_call.reserved_seconds - coalesce(v_moved, 0);
    end if;

    update frontdesk.calls c
       set status = p_status,
           ended_reason = p_reason,
           ended_at = now(),
           duration = greatest(p_duration_s, 0),
           summary = coalesce(left(p_summary, 4000), c.summary),
           stream_nonce = null,
           stream_nonce_until = null,
           live_state = null,
           settled_seconds = v_call.settled_seconds,
           settled_at = now()
     where c.id = v_call.id
       and c.created_at = v_call.created_at
    returning c.* into v_call;
    return v_call;
end
$$;

grant execute on function private.call_close(frontdesk.calls, text, text, int, text)
    to frontdesk_api, frontdesk_worker;
