-- SPDX-License-Identifier: BSD-2-Clause
-- Of what a call needs, all that is its client's and its agent's: the same for every call of that
-- version of the agent until the client changes, so whoever gets it may keep it until then.

create or replace function private.call_config(p_call frontdesk.calls) returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_client   frontdesk.clients;
    v_agent    frontdesk.agents;
    v_version  int;
    v_snapshot jsonb;
begin
    select c.* into v_client from frontdesk.clients c where c.id = p_call.client_id;
    select a.* into v_agent
      from frontdesk.agents a
     where a.client_id = p_call.client_id
       and (a.id = p_call.agent_id or (p_call.agent_id is null and a.is_default));
    v_version := v_agent.version;

    -- Who takes a call over goes on as the agent that the caller has talked to so far.
    if p_call.agent_version <> v_agent.version then
        select v.snapshot into v_snapshot
          from frontdesk.agent_versions v
         where v.client_id = p_call.client_id
           and v.agent_id = p_call.agent_id
           and v.version = p_call.agent_version;
        v_version := p_call.agent_version;
        v_agent := jsonb_populate_record(v_agent, v_snapshot);
    end if;

    return json_build_object(
        'client_id', p_call.client_id,
        'agent_id', v_agent.id,
        'agent_version', v_version,
        'client_name', v_client.name,
        'timezone', v_client.timezone,
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
        'credentials', (select coalesce(json_agg(json_build_object(
                                   'kind', p.kind, 'provider', p.provider,
                                   'sealed', encode(p.ciphertext, 'hex'))), '[]')
                          from frontdesk.provider_credentials p
                         where p.client_id = p_call.client_id),
        'enabled_tools', v_agent.enabled_tools,
        'interruptions', v_agent.interruptions,
        'endpointing_ms', v_agent.endpointing_ms,
        'max_call_seconds', v_agent.max_call_seconds,
        'services', (select coalesce(json_agg(json_build_object('name', s.name,
                                                                'minutes', s.minutes)
                                              order by s.position, s.name), '[]')
                       from frontdesk.services s
                      where s.client_id = p_call.client_id and s.is_active));
end
$$;

grant execute on function private.call_config(frontdesk.calls) to frontdesk_worker;
