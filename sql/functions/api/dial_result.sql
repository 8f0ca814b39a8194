-- SPDX-License-Identifier: BSD-2-Clause
-- The owner's phone has rung: a call the owner took is over when this comes; any other goes on to
-- the receptionist, or ends where only people answer.

create or replace function api.dial_result(
    p_call_sid text, p_account_sid text, p_dial_status text, p_dial_bridged boolean, p_node text,
    p_token_ttl_s int)
returns frontdesk.voice_answer
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call   frontdesk.calls := private.call_enter_sid(p_call_sid, p_account_sid);
    v_client frontdesk.clients;
    v_taken  boolean := p_dial_status in ('completed', 'answered')
                        and coalesce(p_dial_bridged, true);
begin
    if private.call_is_over(v_call.status) then
        -- The carrier's last word on the call may have come first, not knowing who took it.
        update frontdesk.calls c
           set call_type = 'human', ended_reason = 'owner_answered'
         where c.id = v_call.id
           and c.created_at = v_call.created_at
           and c.owner_epoch = 0
           and c.ended_reason = 'carrier_completed'
           and v_taken;
        return private.voice_answer(v_call, 'hangup', p_token_ttl_s, false);
    end if;

    perform private.call_note(v_call, 'call.dialed', jsonb_build_object(
        'status', left(p_dial_status, 32), 'bridged', p_dial_bridged, 'node', p_node));

    if v_taken then
        update frontdesk.calls c
           set call_type = 'human'
         where c.id = v_call.id
           and c.created_at = v_call.created_at
        returning c.* into v_call;
        v_call := private.call_close(v_call, 'completed', 'owner_answered',
                                     extract(epoch from now() - v_call.created_at)::int, null);
        return private.voice_answer(v_call, 'hangup', p_token_ttl_s, false);
    end if;

    if v_call.route = 'human_only' then
        v_call := private.call_close(v_call, 'no_answer', 'owner_unavailable', 0, null);
        return private.voice_answer(v_call, 'hangup', p_token_ttl_s, false);
    end if;

    select c.* into v_client from frontdesk.clients c where c.id = v_call.client_id;
    if v_client.balance_seconds + v_call.reserved_seconds <= 0 then
        v_call := private.call_close(v_call, 'failed', 'no_balance', 0, null);
        return private.voice_answer(v_call, 'hangup', p_token_ttl_s, false);
    end if;
    return private.voice_answer(v_call, v_client.voice_mode, p_token_ttl_s, false);
end
$$;
