-- SPDX-License-Identifier: BSD-2-Clause
-- A call comes in: number, client, agent, route, and one call row however often the webhook is
-- delivered, and whether one after the other or at once.

create or replace function api.voice_start(
    p_call_sid text, p_account_sid text, p_from text, p_to text, p_node text, p_token_ttl_s int,
    p_request_id text)
returns frontdesk.voice_answer
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_to     text := private.phone_normal(p_to);
    v_number record;
    v_answer frontdesk.voice_answer;
    v_call   frontdesk.calls;
begin
    if p_call_sid is null or p_call_sid !~ '^CA[0-9a-fA-F]{32}$' then
        perform private.refuse(400, 'The CallSid is not one.', 'CallSid');
    end if;

    if not exists (select from private.call_find_sid(p_call_sid)) then
        select * into v_number from private.number_find(v_to);
        perform private.account_check(p_account_sid, v_number.account_sid);

        if v_number.id is null then
            v_answer.outcome := 'unknown_number';
            v_answer.message := private.voice_message('unknown_number');
            v_answer.language := 'en-US';
            return v_answer;
        end if;

        v_answer := private.call_start(v_number.client_id, v_number.id, v_number.agent_id,
                                       v_number.status, p_call_sid, p_account_sid, p_from,
                                       v_to, p_node, p_request_id, p_token_ttl_s);
        if v_answer.call_id is not null then
            return v_answer;
        end if;
    end if;

    v_call := private.call_enter_sid(p_call_sid, p_account_sid);
    if v_call.called_phone is distinct from v_to then
        perform private.refuse(403, 'The call is not to this number.', 'To');
    end if;
    if private.call_is_over(v_call.status)
        and v_call.route not in ('no_balance', 'inactive', 'blocked') then
        return private.voice_answer(v_call, 'hangup', p_token_ttl_s, false);
    end if;
    return private.voice_answer(v_call, v_call.route, p_token_ttl_s, false);
end
$$;
