-- SPDX-License-Identifier: BSD-2-Clause
-- A row of a function as the module writes it: times end with Z rather than +00:00.  Which of its
-- members are times, the function's own columns say; p_function is null or '' when they are not
-- known.

create or replace function private.answer_json(p_row json, p_function text) returns text
language sql stable
begin atomic
    with times as (
        select a.name
          from pg_catalog.pg_proc p,
               unnest(p.proargnames, p.proallargtypes, p.proargmodes) a (name, type, mode)
         where p.oid = to_regproc(nullif(p_function, ''))
           and a.type = 'timestamptz'::regtype and a.mode in ('o', 't')
        union all
        select c.attname
          from pg_catalog.pg_proc p
          join pg_catalog.pg_type t on t.oid = p.prorettype
          join pg_catalog.pg_attribute c on c.attrelid = t.typrelid
         where p.oid = to_regproc(nullif(p_function, ''))
           and c.attnum > 0 and c.atttypid = 'timestamptz'::regtype
    )
    select '{' || coalesce(string_agg(
               to_json(m.key)::text || ':'
               || case when m.key in (select t.name from times t)
                       then replace(m.value::text, '+00:00"', 'Z"')
                       else m.value::text end,
               ',' order by m.place), '') || '}'
      from json_each(p_row) with ordinality m (key, value, place);
end;

grant execute on function private.answer_json(json, text) to frontdesk_api;
