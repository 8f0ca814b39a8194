-- SPDX-License-Identifier: BSD-2-Clause
-- Contacts of a client (null: of all of mine), by words of their name, number or notes, and by tag;
-- the newest first, the oldest first or by name.

create or replace function api.contact_list(
    p_client_id uuid default null,
    p_q text default null, p_tag text default null, p_sort text default null,
    p_limit int default null, p_offset int default null, p_cursor_key text default null,
    p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, phone_number text, name text, notes text, tags json,
    is_blocked boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_words text := private.like_words(p_q);
begin
    if p_client_id is not null then
        perform private.client_seen(p_client_id);
    end if;
    if p_cursor_id is not null and coalesce(p_sort, '-created_at') <> '-created_at' then
        perform private.refuse(400, 'A cursor goes with the newest first.', 'cursor');
    end if;

    return query
    select p.id, p.client_id, p.phone_number, p.name, p.notes, to_json(p.tags), p.is_blocked,
           p.created_at, p.updated_at
      from frontdesk.contacts p
     where (p_client_id is null or p.client_id = p_client_id)
       and (v_words is null or p.name ilike v_words or p.phone_number like v_words
            or p.notes ilike v_words)
       and (p_tag is null or p_tag = any (p.tags))
       and (p_cursor_id is null
            or (p.created_at, p.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by case when p_sort = 'name' then lower(p.name) end,
              case when p_sort = 'name' then p.id end,
              case when p_sort = 'created_at' then p.created_at end,
              case when p_sort = 'created_at' then p.id end,
              p.created_at desc, p.id desc
     limit least(greatest(coalesce(p_limit, 50), 1), 10000) offset greatest(p_offset, 0);
end
$$;
