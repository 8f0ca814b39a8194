-- SPDX-License-Identifier: BSD-2-Clause
-- Gives a new client a template's hours, services and knowledge.  An entry with a [placeholder]
-- waits, inactive, for whoever knows what belongs there: callers never hear brackets.

create or replace function private.template_apply(p_client_id uuid, p_template jsonb)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.hours_replace(p_client_id, p_template -> 'business_hours');

    insert into frontdesk.services (client_id, name, minutes, position)
    select p_client_id, s.value ->> 'name', (s.value ->> 'minutes')::int, s.n
      from jsonb_array_elements(p_template -> 'services') with ordinality s (value, n);

    insert into frontdesk.knowledge_entries (client_id, category, question, answer, keywords,
                                             is_active)
    select p_client_id, k.category, k.question, k.answer, k.keywords,
           k.question || k.answer !~ '\[[^]]*\]'
      from jsonb_to_recordset(p_template -> 'knowledge')
           k (category text, question text, answer text, keywords text[]);
end
$$;

grant execute on function private.template_apply(uuid, jsonb) to frontdesk_api;
