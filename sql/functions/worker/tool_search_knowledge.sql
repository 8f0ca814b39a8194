-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: what the client's knowledge says to a question, best first.

create or replace function worker.tool_search_knowledge(p_call frontdesk.calls, p_args json)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_query text := private.arg_text(p_args, 'query', 2000);
begin
    if v_query is null then
        return private.tool_refusal('invalid', 'A question is needed.', 'query');
    end if;
    return json_build_object('ok', true, 'results', coalesce((
        select json_agg(json_build_object('question', k.question, 'answer', k.answer,
                                          'rank', k.rank))
          from private.knowledge_search(p_call.client_id, v_query, 3) k), '[]'));
end
$$;
