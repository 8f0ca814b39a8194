-- SPDX-License-Identifier: BSD-2-Clause
-- What the carrier says of a call: in any order, repeated, late.  A later or equal sequence number
-- wins; a final state stays.  A call that a worker has is ended by the worker; one that none ever
-- had is closed here.

create or replace function api.call_status(
    p_call_sid text, p_account_sid text, p_status text, p_sequence int, p_duration int)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call   frontdesk.calls := private.call_enter_sid(p_call_sid, p_account_sid);
    v_status text := replace(p_status, '-', '_');
    v_final  boolean;
begin
    if v_status not in ('queued', 'initiated', 'ringing', 'in_progress', 'answered', 'completed',
                        'busy', 'failed', 'no_answer', 'canceled') or v_status is null then
        perform private.refuse(400, 'The status is not known.', 'CallStatus');
    end if;
    v_final := v_status in ('completed', 'busy', 'failed', 'no_answer', 'canceled');

    if v_call.carrier_status in ('completed', 'busy', 'failed', 'no_answer', 'canceled')
        or (not v_final and v_call.carrier_sequence > coalesce(p_sequence, -1)) then
        return;
    end if;

    update frontdesk.calls c
       set carrier_status = v_status,
           carrier_sequence = greatest(c.carrier_sequence, p_sequence),
           duration = case when v_final and c.call_type = 'human'
                           then coalesce(greatest(p_duration, 0), c.duration)
                           else c.duration end
     where c.id = v_call.id
       and c.created_at = v_call.created_at;
    perform private.call_note(v_call, 'carrier.status', jsonb_build_object(
        'status', v_status, 'sequence', p_sequence, 'duration', p_duration));

    if v_final and v_call.owner_epoch = 0 and not private.call_is_over(v_call.status) then
        perform private.call_close(v_call, v_status, 'carrier_' || v_status,
                                   coalesce(p_duration, 0), null);
    end if;
end
$$;
