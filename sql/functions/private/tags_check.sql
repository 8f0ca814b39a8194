-- SPDX-License-Identifier: BSD-2-Clause
-- A list of tags out of a body: trimmed, each once, in the order they came.

create or replace function private.tags_check(p_tags jsonb) returns text[]
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_tags text[];
begin
    if p_tags is null or jsonb_typeof(p_tags) = 'null' then
        return '{}';
    end if;
    select coalesce(array_agg(t.tag order by t.first), '{}') into v_tags
      from (select btrim(e.value) as tag, min(e.position) as first
              from jsonb_array_elements_text(p_tags) with ordinality e (value, position)
             group by btrim(e.value)) t
     where t.tag <> '';
    if cardinality(v_tags) > 50 or exists (select from unnest(v_tags) t where length(t) > 50) then
        perform private.refuse(422, 'There can be 50 tags of 50 characters each.', 'tags');
    end if;
    return v_tags;
end
$$;

grant execute on function private.tags_check(jsonb) to frontdesk_api;
