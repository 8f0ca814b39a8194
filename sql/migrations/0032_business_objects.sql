-- SPDX-License-Identifier: BSD-2-Clause
-- Rows as the API gives them.  They see what their reader may see.

create view frontdesk.client_objects with (security_invoker = true) as
select c.id, c.name,
       (select n.phone_number from frontdesk.phone_numbers n
         where n.client_id = c.id order by n.created_at, n.id limit 1) as phone_number,
       c.owner_phone, c.timezone, c.calendar_id, a.id as agent_id, a.system_prompt,
       a.initial_greeting, a.llm_model, a.stt_model, a.tts_provider, a.tts_model, a.tts_voice_id,
       to_json(a.enabled_tools) as enabled_tools, c.routing, c.voice_mode, c.ring_seconds,
       c.slot_step_minutes, c.buffer_before_minutes, c.buffer_after_minutes, c.lead_minutes,
       c.max_days_ahead, c.appointment_minutes, c.balance_seconds, c.is_active, c.created_at,
       c.updated_at
  from frontdesk.clients c
  left join frontdesk.agents a on a.client_id = c.id and a.is_default;
comment on view frontdesk.client_objects is 'A client with what its default agent is';

create view frontdesk.agent_objects with (security_invoker = true) as
select a.id, a.client_id, a.name, a.is_default, a.is_active, a.pipeline, a.language,
       a.llm_provider, a.llm_model, a.temperature, a.stt_provider, a.stt_model, a.tts_provider,
       a.tts_model, a.tts_voice_id, a.tts_speed, a.system_prompt, a.initial_greeting,
       to_json(a.enabled_tools) as enabled_tools, a.interruptions, a.endpointing_ms,
       a.max_call_seconds, a.version, a.created_at, a.updated_at
  from frontdesk.agents a;
comment on view frontdesk.agent_objects is
    'An agent as it talks now; version says which one that is';

create view frontdesk.agent_version_objects with (security_invoker = true) as
select v.id, v.agent_id, v.client_id, v.version, v.note, v.author_id, u.name as author_name,
       v.version = a.version as is_live, v.published_at, v.created_at, v.snapshot
  from frontdesk.agent_versions v
  join frontdesk.agents a on a.client_id = v.client_id and a.id = v.agent_id
  left join frontdesk.users u on u.id = v.author_id;
comment on view frontdesk.agent_version_objects is
    'A version of an agent; author_name is null where the reader may not see the user';

create view frontdesk.phone_number_objects with (security_invoker = true) as
select n.id, n.client_id, n.agent_id, n.phone_number, n.status,
       n.monthly_cost_cents as monthly_cost, text 'USD' as currency, n.created_at, n.updated_at
  from frontdesk.phone_numbers n;
comment on view frontdesk.phone_number_objects is 'A number without what the carrier calls it';

create view frontdesk.knowledge_objects with (security_invoker = true) as
select k.id, k.client_id, k.category, k.question, k.answer, to_json(k.keywords) as keywords,
       k.priority, k.is_active, k.created_at, k.updated_at
  from frontdesk.knowledge_entries k;
comment on view frontdesk.knowledge_objects is 'A knowledge entry without its index';

grant select on frontdesk.client_objects, frontdesk.agent_objects, frontdesk.agent_version_objects,
                frontdesk.phone_number_objects, frontdesk.knowledge_objects to frontdesk_api;
