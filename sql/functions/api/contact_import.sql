-- SPDX-License-Identifier: BSD-2-Clause
-- Contacts out of a table: rows with a number that is known bring that contact up to date, in what
-- they say; others are new.  What is wrong with a row is told, and the others are taken.

create or replace function api.contact_import(p_client_id uuid, p_body json)
returns table (created int, updated int, errors json)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_created int;
    v_updated int;
    v_errors  json;
    v_rows    jsonb;
begin
    perform private.client_write(p_client_id);
    if json_typeof(p_body -> 'rows') is distinct from 'array'
        or json_array_length(p_body -> 'rows') not between 1 and 5000 then
        perform private.refuse(422, 'An import has 1 to 5000 rows.', 'rows');
    end if;

    select jsonb_agg(to_jsonb(c)) filter (where c.field is null),
           json_agg(json_build_object('row', c.row, 'field', c.field, 'message', c.message)
                    order by c.row) filter (where c.field is not null)
      into v_rows, v_errors
      from private.contact_rows(p_body -> 'rows') c;

    -- The audit log is told of all rows as one.
    perform set_config('frontdesk.audit_summed', 'contacts', true);
    with incoming as (
        select r.* from jsonb_to_recordset(v_rows)
               r (phone text, name text, notes text, tags jsonb)
    ), written as (
        insert into frontdesk.contacts as p (client_id, phone_number, name, notes, tags)
        select p_client_id, i.phone, coalesce(i.name, ''), coalesce(i.notes, ''),
               coalesce(array(select jsonb_array_elements_text(i.tags)), '{}')
          from incoming i
        on conflict (client_id, phone_number) do update
           set name = coalesce(nullif(excluded.name, ''), p.name),
               notes = coalesce(nullif(excluded.notes, ''), p.notes),
               tags = case when cardinality(excluded.tags) > 0 then excluded.tags
                           else p.tags end
        returning (xmax = 0) as is_new
    )
    select count(*) filter (where w.is_new), count(*) filter (where not w.is_new)
      into v_created, v_updated
      from written w;
    perform set_config('frontdesk.audit_summed', '', true);
    perform private.audit_add(p_client_id, 'import', 'contacts', null, jsonb_build_object(
        'created', jsonb_build_array(null, v_created),
        'updated', jsonb_build_array(null, v_updated)));
    return query select v_created, v_updated, coalesce(v_errors, '[]');
end
$$;
