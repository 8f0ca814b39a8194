-- SPDX-License-Identifier: BSD-2-Clause
-- A stream has ended: on with a fresh one while the call is not over.

create or replace function api.call_resume(
    p_call_sid text, p_account_sid text, p_node text, p_token_ttl_s int)
returns frontdesk.voice_answer
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call frontdesk.calls := private.call_enter_sid(p_call_sid, p_account_sid);
begin
    if private.call_is_over(v_call.status) then
        return private.voice_answer(v_call, 'hangup', p_token_ttl_s, false);
    end if;

    perform private.call_note(v_call, 'call.resume', jsonb_build_object('node', p_node));
    return private.voice_answer(v_call, 'stream', p_token_ttl_s, true);
end
$$;
