-- SPDX-License-Identifier: BSD-2-Clause
-- A client's knowledge that answers a question as it was said, best first.  Any word may match:
-- callers do not speak in keywords.

create or replace function private.knowledge_search(p_client_id uuid, p_query text, p_limit int)
returns table (id uuid, question text, answer text, rank real)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_query tsquery;
begin
    select string_agg(quote_literal(w.word), ' | ')::tsquery into v_query
      from unnest(tsvector_to_array(to_tsvector('english', left(p_query, 2000)))) w (word);

    return query
    select k.id, k.question, k.answer,
           ts_rank('{0.05, 0.1, 0.4, 1.0}', k.search, v_query, 1)
      from frontdesk.knowledge_entries k
     where k.client_id = p_client_id
       and k.is_active
       and k.search @@ v_query
     order by 4 desc, k.priority desc, k.created_at, k.id
     limit p_limit;
end
$$;

grant execute on function private.knowledge_search(uuid, text, int)
    to frontdesk_api, frontdesk_worker;
