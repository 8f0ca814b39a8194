-- SPDX-License-Identifier: BSD-2-Clause
-- My clients by name, or as they were made; a part of the name or of the number finds one.

create or replace function api.client_list(
    p_q text, p_is_active boolean, p_sort text, p_limit int, p_offset int, p_cursor_key text,
    p_cursor_id uuid)
returns setof frontdesk.client_objects
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if p_cursor_id is not null and coalesce(p_sort, 'name') <> 'name' then
        perform private.refuse(400, 'A cursor goes with the order by name.', 'cursor');
    end if;

    return query
    select o.*
      from frontdesk.client_objects o
     where (p_q is null or position(lower(p_q) in lower(o.name)) > 0
            or exists (select from frontdesk.phone_numbers n
                        where n.client_id = o.id and position(p_q in n.phone_number) > 0))
       and (p_is_active is null or o.is_active = p_is_active)
       and (p_cursor_id is null or (o.name, o.id) > (p_cursor_key, p_cursor_id))
     order by case when p_sort = 'created_at' then o.created_at end,
              case when p_sort = '-created_at' then o.created_at end desc,
              case when p_sort = '-name' then o.name end desc,
              o.name, o.id
     limit least(greatest(coalesce(p_limit, 50), 1), 100)
    offset greatest(coalesce(p_offset, 0), 0);
end
$$;
