-- SPDX-License-Identifier: BSD-2-Clause
-- Sentences in a client's own words, for its language model.

create or replace function worker.vocabulary(p_client_id uuid) returns setof text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_enter(p_client_id);

    return query
    select c.name from frontdesk.clients c where c.id = p_client_id
    union all
    select s.name from frontdesk.services s where s.client_id = p_client_id and s.is_active
    union all
    select k.question from frontdesk.knowledge_entries k
     where k.client_id = p_client_id and k.is_active
    union all
    select w.word
      from frontdesk.knowledge_entries k
     cross join lateral unnest(k.keywords) w (word)
     where k.client_id = p_client_id and k.is_active and w.word is not null;
end
$$;
