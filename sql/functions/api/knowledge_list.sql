-- SPDX-License-Identifier: BSD-2-Clause
-- What a client's receptionist knows, newest first unless it is asked for otherwise; a part of the
-- question, the answer or a keyword finds an entry.

create or replace function api.knowledge_list(
    p_client_id uuid, p_q text, p_category text, p_is_active boolean, p_sort text, p_limit int,
    p_offset int, p_cursor_key text, p_cursor_id uuid)
returns setof frontdesk.knowledge_objects
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_q text := lower(p_q);
begin
    perform private.client_seen(p_client_id);
    if p_cursor_id is not null and coalesce(p_sort, '-created_at') <> '-created_at' then
        perform private.refuse(400, 'A cursor goes with the newest first.', 'cursor');
    end if;

    return query
    select o.*
      from frontdesk.knowledge_objects o
     where o.client_id = p_client_id
       and (v_q is null or position(v_q in lower(o.question)) > 0
            or position(v_q in lower(o.answer)) > 0
            or exists (select from json_array_elements_text(o.keywords) k (word)
                        where position(v_q in lower(k.word)) > 0))
       and (p_category is null or o.category = p_category)
       and (p_is_active is null or o.is_active = p_is_active)
       and (p_cursor_id is null
            or (o.created_at, o.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by case when p_sort = 'created_at' then o.created_at end,
              case when p_sort = '-priority' then o.priority end desc,
              case when p_sort = 'question' then o.question end,
              case when p_sort = 'category' then o.category end,
              o.created_at desc, o.id desc
     limit least(greatest(coalesce(p_limit, 50), 1), 100)
    offset greatest(coalesce(p_offset, 0), 0);
end
$$;
