-- SPDX-License-Identifier: BSD-2-Clause
-- Entries for a template out of rows of four: category, question, answer, keywords with commas.

create or replace function private.template_knowledge(p_rows text[]) returns jsonb
language sql immutable parallel safe
begin atomic
    select jsonb_agg(jsonb_build_object(
               'category', p_rows[i][1], 'question', p_rows[i][2], 'answer', p_rows[i][3],
               'keywords', to_jsonb(string_to_array(p_rows[i][4], ','))) order by i)
      from generate_series(1, array_length(p_rows, 1)) i;
end;

grant execute on function private.template_knowledge(text[]) to frontdesk_api;
