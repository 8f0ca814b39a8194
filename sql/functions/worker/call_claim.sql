-- SPDX-License-Identifier: BSD-2-Clause
-- A worker takes a call, new or from a worker that is gone, and gets all it needs to talk.  From
-- here on the workers before it can change nothing.

create or replace function worker.call_claim(
    p_call_id uuid, p_node text, p_stream_sid text default null) returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call     frontdesk.calls := private.call_enter(p_call_id);
    v_client   frontdesk.clients;
    v_agent    frontdesk.agents;
    v_snapshot jsonb;
    v_contact  text;
begin
    if private.call_is_over(v_call.status) then
        perform private.refuse(409, 'The call is over.');
    end if;

    -- Whoever adopts what is left of a broken stream comes too late when a new one was opened.
    -- A slot has room for 39 characters of its name.
    if p_stream_sid is distinct from left(v_call.stream_sid, 39) and p_stream_sid <> '' then
        perform private.refuse(409, 'The call goes on in another stream.');
    end if;

    update frontdesk.calls c
       set owner_epoch = c.owner_epoch + 1,
           status = 'in_progress',
           answered_at = coalesce(c.answered_at, now()),
           node = p_node
     where c.id = v_call.id
       and c.created_at = v_call.created_at
    returning c.* into v_call;

    select c.* into v_client from frontdesk.clients c where c.id = v_call.client_id;
    select a.* into v_agent
      from frontdesk.agents a
     where a.client_id = v_call.client_id
       and (a.id = v_call.agent_id or (v_call.agent_id is null and a.is_default));

    -- Who takes a call over goes on as the agent that the caller has talked to so far.
    if v_call.agent_version <> v_agent.version then
        select v.snapshot into v_snapshot
          from frontdesk.agent_versions v
         where v.client_id = v_call.client_id
           and v.agent_id = v_call.agent_id
           and v.version = v_call.agent_version;
        v_agent := jsonb_populate_record(v_agent, v_snapshot);
    end if;

    select p.name into v_contact
      from frontdesk.contacts p
     where p.client_id = v_call.client_id and p.id = v_call.contact_id;

    return json_build_object(
        'call_id', v_call.id,
        'client_id', v_call.client_id,
        'agent_id', v_agent.id,
        'epoch', v_call.owner_epoch,
        'client_name', v_client.name,
        'timezone', v_client.timezone,
        'caller_phone', v_call.caller_phone,
        'contact_name', coalesce(nullif(v_contact, ''), v_call.caller_name, ''),
        'language', v_agent.language,
        'pipeline', v_agent.pipeline,
        'greeting', v_agent.initial_greeting,
        'system_prompt', v_agent.system_prompt,
        'voice', v_agent.tts_voice_id,
        'tts_speed', v_agent.tts_speed,
        'stt_provider', v_agent.stt_provider,
        'llm_provider', v_agent.llm_provider,
        'tts_provider', v_agent.tts_provider,
        'stt_model', v_agent.stt_model,
        'llm_model', v_agent.llm_model,
        'tts_model', v_agent.tts_model,
        'temperature', v_agent.temperature,
        'enabled_tools', v_agent.enabled_tools,
        'interruptions', v_agent.interruptions,
        'endpointing_ms', v_agent.endpointing_ms,
        'max_call_seconds', v_agent.max_call_seconds,
        'balance_seconds', v_client.balance_seconds,
        'reserved_seconds', v_call.reserved_seconds,
        'turns', (select coalesce(json_agg(json_build_object(
                             'seq', t.seq, 'role', t.role, 'content', t.content,
                             'interrupted', t.interrupted) order by t.seq), '[]')
                    from frontdesk.turns t
                   where t.client_id = v_call.client_id
                     and t.call_id = v_call.id
                     and t.call_created_at = v_call.created_at),
        'state', (select t.state
                    from frontdesk.turns t
                   where t.client_id = v_call.client_id
                     and t.call_id = v_call.id
                     and t.call_created_at = v_call.created_at
                     and t.state is not null
                   order by t.seq desc limit 1),
        'elapsed_seconds', extract(epoch from clock_timestamp() - v_call.answered_at)::int,
        'started_at', private.utc_text(v_call.answered_at),
        'services', (select coalesce(json_agg(json_build_object('name', s.name,
                                                                'minutes', s.minutes)
                                              order by s.position, s.name), '[]')
                       from frontdesk.services s
                      where s.client_id = v_call.client_id and s.is_active));
end
$$;
