-- SPDX-License-Identifier: BSD-2-Clause
-- The rows of an import, each checked: its number as E.164 and what else it has, or the field that
-- is wrong and why.  Rows count from 1.  Of two rows with one number the second is wrong.

create or replace function private.contact_rows(p_rows json)
returns table (
    "row" int, phone text, name text, notes text, tags text[], field text, message text)
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select r.position::int, r.phone, r.name, r.notes, r.tags,
           case when r.is_object is not true then 'rows'
                when r.phone is null then 'phone_number'
                when r.repeats > 1 then 'phone_number'
                when length(r.name) > 200 then 'name'
                when length(r.notes) > 10000 then 'notes'
                when cardinality(r.tags) > 50
                     or exists (select from unnest(r.tags) t where length(t) > 50) then 'tags' end,
           case when r.is_object is not true then 'A row has names and values.'
                when r.phone is null then 'This is not a phone number.'
                when r.repeats > 1 then 'This number is in a row before.'
                when length(r.name) > 200 then 'A name has 200 characters at most.'
                when length(r.notes) > 10000 then 'Notes have 10000 characters at most.'
                when cardinality(r.tags) > 50
                     or exists (select from unnest(r.tags) t where length(t) > 50)
                then 'There can be 50 tags of 50 characters each.' end
      from (select e.position, json_typeof(e.value) = 'object' as is_object, v.phone, v.name,
                   v.notes, v.tags,
                   row_number() over (partition by v.phone order by e.position) as repeats
              from json_array_elements(p_rows) with ordinality e (value, position)
             cross join lateral (
                       select private.phone_normal(e.value ->> 'phone_number') as phone,
                              nullif(btrim(e.value ->> 'name'), '') as name,
                              nullif(btrim(e.value ->> 'notes'), '') as notes,
                              -- As people write them, or as a list has them.
                              array(select distinct btrim(t, ' "')
                                      from regexp_split_to_table(
                                               btrim(e.value ->> 'tags', '[]'), '[;,]') t
                                     where btrim(t, ' "') <> '' order by 1) as tags) v) r;
end
$$;

grant execute on function private.contact_rows(json) to frontdesk_api;
