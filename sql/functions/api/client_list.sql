-- SPDX-License-Identifier: BSD-2-Clause
-- My clients by name, each with what its default agent is.

create or replace function api.client_list(p_limit int, p_offset int)
returns table (
    id uuid, name text, phone_number text, owner_phone text, timezone text, calendar_id text,
    system_prompt text, initial_greeting text, llm_model text, stt_model text, tts_provider text,
    tts_model text, tts_voice_id text, enabled_tools json, routing text, voice_mode text,
    balance_seconds int, is_active boolean, created_at timestamptz, updated_at timestamptz)
language sql stable
begin atomic
    select c.id, c.name,
           (select n.phone_number from frontdesk.phone_numbers n
             where n.client_id = c.id order by n.created_at, n.id limit 1),
           c.owner_phone, c.timezone, c.calendar_id,
           a.system_prompt, a.initial_greeting, a.llm_model, a.stt_model, a.tts_provider,
           a.tts_model, a.tts_voice_id, to_json(a.enabled_tools), c.routing, c.voice_mode,
           c.balance_seconds, c.is_active, c.created_at, c.updated_at
      from frontdesk.clients c
      left join frontdesk.agents a on a.client_id = c.id and a.is_default
     order by c.name, c.id
     limit least(greatest(coalesce(p_limit, 50), 1), 100) offset greatest(p_offset, 0);
end;
