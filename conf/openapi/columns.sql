-- SPDX-License-Identifier: BSD-2-Clause
-- What each function of the schema api answers: {"contact_get": [["id", "uuid"], ...]}.

select json_object_agg(f.name, f.columns order by f.name)
  from (select p.proname as name,
               case when p.proallargtypes is null
                    then case when t.typtype = 'c'
                         then (select json_agg(json_build_array(a.attname,
                                               format_type(a.atttypid, null)) order by a.attnum)
                                 from pg_attribute a
                                where a.attrelid = t.typrelid and a.attnum > 0
                                  and not a.attisdropped)
                         else json_build_array(json_build_array(p.proname,
                                               format_type(p.prorettype, null))) end
                    else (select json_agg(json_build_array(x.name, format_type(x.type, null))
                                          order by x.position)
                            from unnest(p.proargnames, p.proallargtypes, p.proargmodes)
                                 with ordinality x (name, type, mode, position)
                           where x.mode = 't' or x.mode = 'o') end as columns
          from pg_proc p
          join pg_type t on t.oid = p.prorettype
         where p.pronamespace = 'api'::regnamespace
           and p.proname not in ('act_as', 'act_as_key')) f;
