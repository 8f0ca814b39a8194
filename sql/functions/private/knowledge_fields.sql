-- SPDX-License-Identifier: BSD-2-Clause
-- What a body says of a knowledge entry.  What callers may hear has no [placeholder] left.

create or replace function private.knowledge_fields(p_body json, p_entry jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_body  jsonb := private.body_fields(p_body, array['category', 'question', 'answer',
                                                      'keywords', 'priority', 'is_active']);
    v_entry jsonb := p_entry || v_body;
begin
    if jsonb_typeof(v_body -> 'keywords') = 'array' and exists (
        select from jsonb_array_elements(v_body -> 'keywords') k
         where jsonb_typeof(k) <> 'string' or length(k #>> '{}') not between 1 and 100) then
        perform private.refuse(422, 'A keyword has 1 to 100 characters.', 'keywords');
    end if;
    if (v_entry ->> 'is_active')::boolean and v_entry ->> 'answer' ~ '\[[^]]*\]' then
        perform private.refuse(422, 'Fill in what stands in [brackets] first.', 'answer');
    end if;
    return v_body;
end
$$;

grant execute on function private.knowledge_fields(json, jsonb) to frontdesk_api;
