-- SPDX-License-Identifier: BSD-2-Clause
-- The fields of a client that are its default agent's.

create or replace function private.client_agent_fields() returns text[]
language sql immutable parallel safe
begin atomic
    select array['system_prompt', 'initial_greeting', 'llm_model', 'stt_model', 'tts_provider',
                 'tts_model', 'tts_voice_id', 'enabled_tools'];
end;

grant execute on function private.client_agent_fields() to frontdesk_api;
