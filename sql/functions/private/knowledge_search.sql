-- SPDX-License-Identifier: BSD-2-Clause
-- A client's knowledge that answers a question as it was said, best first.  An entry is found by
-- any word of its keywords or its question.  Its rank says how much of what was asked it has, from
-- 0 to 1: a word that is a keyword counts whole, one of the question or the answer less.

create or replace function private.knowledge_search(p_client_id uuid, p_query text, p_limit int)
returns table (id uuid, question text, answer text, rank real)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_words text[] := tsvector_to_array(to_tsvector('english', left(p_query, 2000)));
    v_query tsquery;
begin
    select string_agg(quote_literal(w.word) || ':AB', ' | ')::tsquery into v_query
      from unnest(v_words) w (word);

    return query
    select k.id, k.question, k.answer, m.rank
      from frontdesk.knowledge_entries k
     cross join lateral (
               select (sum(case when 'A' = any (s.weights) then 1.0
                                when 'B' = any (s.weights) then 0.7
                                else 0.3 end) / cardinality(v_words))::real as rank
                 from unnest(k.search) s
                where s.lexeme = any (v_words)) m
     where k.client_id = p_client_id
       and k.is_active
       and k.search @@ v_query
     order by m.rank desc, k.priority desc, k.created_at, k.id
     limit p_limit;
end
$$;

grant execute on function private.knowledge_search(uuid, text, int)
    to frontdesk_api, frontdesk_worker;
