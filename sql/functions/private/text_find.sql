-- SPDX-License-Identifier: BSD-2-Clause
-- Where a text is found among all that there is of a client: the proof of an erasure.  Reads every
-- row.  For a superuser, whom no policy keeps from seeing what may have been missed; nobody else
-- may call it.

create or replace function private.text_find(p_client_id uuid, p_pattern text)
returns table (table_name text, column_name text, mentions bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_column record;
begin
    for v_column in select t.* from private.text_columns() t loop
        table_name := v_column.table_name::text;
        column_name := v_column.column_name;
        execute format('select count(*) from %s where client_id = $1 and %I::text ~ $2',
                       v_column.table_name, v_column.column_name)
           into mentions using p_client_id, p_pattern;
        continue when mentions = 0;
        return next;
    end loop;
end
$$;
