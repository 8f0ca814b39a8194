-- SPDX-License-Identifier: BSD-2-Clause
-- A document becomes entries of a client's knowledge.  What is there already word for word is left
-- out, and what still has a [placeholder] is not said to callers.

create or replace function api.knowledge_import(p_client_id uuid, p_body json)
returns table (message text, created int, skipped int, entries json)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body    jsonb;
    v_title   text;
    v_found   int;
    v_created int;
    v_entries json;
begin
    perform private.client_write(p_client_id);
    v_body := private.body_fields(p_body, array['title', 'content', 'format', 'category']);
    v_title := btrim(coalesce(v_body ->> 'title', ''));
    if v_title = '' or length(v_title) > 200 then
        perform private.refuse(422, 'A document has a title of at most 200 characters.', 'title');
    end if;
    if coalesce(v_body ->> 'content', '') !~ '\S' then
        perform private.refuse(422, 'There is nothing in this document.', 'content');
    end if;
    if coalesce(v_body ->> 'format', 'text') not in ('text', 'markdown') then
        perform private.refuse(422, 'A document is "text" or "markdown".', 'format');
    end if;

    with pieces as materialized (
        select c.question, c.answer, c.n,
               row_number() over (partition by c.question order by c.n) as part
          from private.knowledge_cut(v_title, v_body ->> 'content',
                                     v_body ->> 'format' = 'markdown')
               with ordinality c (question, answer, n)),
    named as (
        select case when p.part = 1 then p.question
                    else format('%s (%s)', p.question, p.part) end as question, p.answer, p.n
          from pieces p),
    added as (
        insert into frontdesk.knowledge_entries (client_id, category, question, answer, is_active)
        select p_client_id, left(coalesce(nullif(v_body ->> 'category', ''), v_title), 100),
               n.question, n.answer, n.question || n.answer !~ '\[[^]]*\]'
          from named n
         where not exists (select from frontdesk.knowledge_entries k
                            where k.client_id = p_client_id and k.question = n.question
                              and k.answer = n.answer)
         order by n.n
        returning id, question, is_active)
    select (select count(*) from pieces), count(*),
           coalesce(json_agg(json_build_object('id', a.id, 'question', a.question,
                                               'is_active', a.is_active)), '[]')
      into v_found, v_created, v_entries
      from added a;

    perform private.room_check('frontdesk.knowledge_entries', p_client_id, 2000,
                               'knowledge entries', 0);
    if v_found = 0 then
        perform private.refuse(422, 'No text was found below a heading.', 'content');
    end if;
    return query select format('%s %s added', v_created,
                               case v_created when 1 then 'entry' else 'entries' end),
                        v_created, v_found - v_created, v_entries;
end
$$;
