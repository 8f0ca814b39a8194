-- SPDX-License-Identifier: BSD-2-Clause
-- The columns of an agent that make a version: how it talks, not whether it is the one that does.

create or replace function private.agent_fields() returns text[]
language sql immutable parallel safe
begin atomic
    select array['name', 'pipeline', 'language', 'llm_provider', 'llm_model', 'temperature',
                 'stt_provider', 'stt_model', 'tts_provider', 'tts_model', 'tts_voice_id',
                 'tts_speed', 'system_prompt', 'initial_greeting', 'enabled_tools',
                 'interruptions', 'endpointing_ms', 'max_call_seconds'];
end;

grant execute on function private.agent_fields() to frontdesk_api, frontdesk_worker;
