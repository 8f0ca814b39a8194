-- SPDX-License-Identifier: BSD-2-Clause
-- The answer to a webhook about a call of the current client.  A stream gets its nonce here.

create or replace function private.voice_answer(
    p_call frontdesk.calls, p_outcome text, p_ttl_s int, p_is_fresh boolean)
returns frontdesk.voice_answer
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call   frontdesk.calls := p_call;
    v_answer frontdesk.voice_answer;
begin
    select p_outcome, v_call.id, v_call.client_id, a.id, c.name, a.pipeline, c.owner_phone,
           c.ring_seconds, coalesce(a.language, 'en-US')
      into v_answer.outcome, v_answer.call_id, v_answer.client_id, v_answer.agent_id,
           v_answer.client_name, v_answer.pipeline, v_answer.owner_phone,
           v_answer.ring_seconds, v_answer.language
      from frontdesk.clients c
      left join frontdesk.agents a on a.client_id = c.id and a.id = v_call.agent_id
     where c.id = v_call.client_id;

    if p_outcome = 'stream' then
        v_call := private.call_nonce(v_call, p_ttl_s, p_is_fresh);
        v_answer.token_nonce := v_call.stream_nonce;
        v_answer.token_expires_at := extract(epoch from v_call.stream_nonce_until)::bigint;
    end if;

    v_answer.message := private.voice_message(
        case when p_outcome = 'hangup' then v_call.ended_reason else p_outcome end);
    return v_answer;
end
$$;

grant execute on function private.voice_answer(frontdesk.calls, text, int, boolean)
    to frontdesk_api;
