-- SPDX-License-Identifier: BSD-2-Clause
-- What the receptionist would find for a question, best first.

create or replace function api.knowledge_search(p_client_id uuid, p_body json)
returns table (id uuid, category text, question text, answer text, rank real)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb := private.body_fields(p_body, array['query', 'limit']);
begin
    perform private.client_seen(p_client_id);
    if coalesce(btrim(v_body ->> 'query'), '') = '' then
        perform private.refuse(422, 'A question is needed.', 'query');
    end if;
    return query
    select s.id, k.category, s.question, s.answer, s.rank
      from private.knowledge_search(p_client_id, v_body ->> 'query',
               least(greatest(coalesce((v_body ->> 'limit')::int, 5), 1), 50))
           with ordinality s (id, question, answer, rank, n)
      join frontdesk.knowledge_entries k on k.client_id = p_client_id and k.id = s.id
     order by s.n;
end
$$;
