-- SPDX-License-Identifier: BSD-2-Clause
-- The ready-made receptionists, in short.

create or replace function api.template_list()
returns table (
    key text, name text, description text, initial_greeting text, services jsonb,
    business_hours jsonb, enabled_tools jsonb, lead_fields jsonb, knowledge_entries int)
language sql stable
begin atomic
    select t ->> 'key', t ->> 'name', t ->> 'description', t -> 'agent' ->> 'initial_greeting',
           t -> 'services', t -> 'business_hours', t -> 'agent' -> 'enabled_tools',
           t -> 'lead_fields', jsonb_array_length(t -> 'knowledge')
      from private.templates() t;
end;
