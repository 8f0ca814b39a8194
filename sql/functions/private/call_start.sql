-- SPDX-License-Identifier: BSD-2-Clause
-- Makes the row of a call that comes in to a client's number, with its route, its contact and, if
-- it is streamed, the nonce of its stream; answers what private.voice_answer() would, out of what
-- it has read already.  When another delivery of the same webhook made it first, it leaves that as
-- it is and answers no call.

create or replace function private.call_start(
    p_client_id uuid, p_number_id uuid, p_agent_id uuid, p_number_status text, p_call_sid text,
    p_account_sid text, p_from text, p_to text, p_node text, p_request_id text, p_ttl_s int)
returns frontdesk.voice_answer
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_from    text := private.phone_normal(p_from);
    v_client  frontdesk.clients;
    v_contact frontdesk.contacts;
    v_key     frontdesk.call_keys;
    v_call    frontdesk.calls;
    v_agent   record;
    v_answer  frontdesk.voice_answer;
    v_route   text;
    v_refused boolean;
begin
    perform private.client_enter(p_client_id);

    insert into frontdesk.call_keys (client_id, call_sid)
    values (p_client_id, p_call_sid)
    on conflict (call_sid) do nothing
    returning * into v_key;
    if not found then
        return v_answer;
    end if;

    select c.* into v_client from frontdesk.clients c where c.id = p_client_id;
    v_contact := private.contact_of(p_client_id, v_from);

    select a.id, a.version, a.pipeline, a.language into v_agent
      from frontdesk.agents a
     where a.client_id = p_client_id and a.is_active and (a.id = p_agent_id or a.is_default)
     order by a.id = p_agent_id desc nulls last
     limit 1;

    v_route := private.call_route(v_client, p_number_status, v_agent.id is not null,
                                  coalesce(v_contact.is_blocked, false));
    v_refused := v_route in ('no_balance', 'inactive', 'blocked');

    insert into frontdesk.calls (
        id, client_id, created_at, agent_id, agent_version, contact_id, phone_number_id, call_sid,
        account_sid, request_id, route, call_type, status, ended_reason, ended_at, duration,
        settled_seconds, settled_at, caller_phone, called_phone, node, stream_nonce,
        stream_nonce_until)
    values (
        v_key.call_id, p_client_id, v_key.created_at, v_agent.id, v_agent.version,
        v_contact.id, p_number_id, p_call_sid, p_account_sid, left(p_request_id, 128), v_route,
        case when v_route = 'human_only' then 'human' else 'ai' end,
        case when v_refused then 'failed' else 'ringing' end,
        case when v_refused then v_route end,
        case when v_refused then now() end,
        case when v_refused then 0 end,
        case when v_refused then 0 end,
        case when v_refused then now() end,
        coalesce(v_from, left(regexp_replace(btrim(p_from), '[[:cntrl:]]+', '', 'g'), 64), ''),
        p_to, p_node,
        case when v_route = 'stream' then private.nonce_make() end,
        case when v_route = 'stream' then now() + make_interval(secs => p_ttl_s) end)
    returning * into v_call;

    v_answer.outcome := v_route;
    v_answer.call_id := v_call.id;
    v_answer.client_id := p_client_id;
    v_answer.agent_id := v_agent.id;
    v_answer.client_name := v_client.name;
    v_answer.pipeline := v_agent.pipeline;
    v_answer.owner_phone := v_client.owner_phone;
    v_answer.ring_seconds := v_client.ring_seconds;
    v_answer.language := coalesce(v_agent.language, 'en-US');
    v_answer.token_nonce := v_call.stream_nonce;
    v_answer.token_expires_at := extract(epoch from v_call.stream_nonce_until)::bigint;
    v_answer.message := private.voice_message(v_route);
    return v_answer;
end
$$;

grant execute on function private.call_start(uuid, uuid, uuid, text, text, text, text, text, text,
                                             text, int) to frontdesk_api;
