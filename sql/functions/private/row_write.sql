-- SPDX-License-Identifier: BSD-2-Clause
-- Writes the given columns of one row: a new one, or with an id the one that has it.  Columns that
-- are not given keep what they have, or get their default.  Says in a sentence, and with the
-- column's name, what a constraint does not allow.  Answers whether there was such a row.
--
-- The caller has looked which columns may be written (private.body_fields); rights and policies
-- are those of whom it runs for.

create or replace function private.row_write(
    p_table regclass, p_columns jsonb, p_id uuid default null)
returns boolean
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_names      text;
    v_values     text;
    v_constraint text;
    v_column     text;
    v_rows       int;
begin
    select string_agg(format('%I', k.key), ', ' order by k.key),
           string_agg(format('r.%I', k.key), ', ' order by k.key)
      into v_names, v_values
      from jsonb_object_keys(p_columns) k (key);

    if p_id is null then
        execute format('insert into %s (%s) select %s from jsonb_populate_record(null::%s, $1) r',
                       p_table, v_names, v_values, p_table)
          using p_columns;
    elsif v_names is null then
        execute format('select from %s t where t.id = $1', p_table) using p_id;
    else
        execute format('update %s t set (%s) = (select %s from jsonb_populate_record(t, $1) r) '
                       'where t.id = $2', p_table, v_names, v_values)
          using p_columns, p_id;
    end if;
    get diagnostics v_rows = row_count;
    return v_rows > 0;
exception
    when check_violation then
        get stacked diagnostics v_constraint = constraint_name;
        select k.key into v_column
          from jsonb_object_keys(p_columns) k (key)
         where v_constraint like '%\_' || replace(k.key, '_', '\_') || '\_check%'
         order by length(k.key) desc limit 1;
        perform private.refuse(422, 'This value is not allowed.', v_column);
    when not_null_violation then
        get stacked diagnostics v_column = column_name;
        perform private.refuse(422, 'This can not be empty.', v_column);
    when unique_violation then
        get stacked diagnostics v_constraint = constraint_name;
        select k.key into v_column
          from jsonb_object_keys(p_columns) k (key)
         where v_constraint like '%\_' || replace(k.key, '_', '\_')
            or v_constraint like '%\_' || replace(k.key, '_', '\_') || '\_key'
         order by length(k.key) desc limit 1;
        perform private.refuse(409, 'This exists already.', v_column);
    when foreign_key_violation then
        get stacked diagnostics v_constraint = constraint_name;
        select k.key into v_column
          from jsonb_object_keys(p_columns) k (key)
         where v_constraint like '%\_' || replace(k.key, '_', '\_') || '\_fkey'
         order by length(k.key) desc limit 1;
        perform private.refuse(422, 'There is nothing of yours with this id.', v_column);
    when data_exception then
        perform private.refuse(400, 'A value has the wrong form.');
    return false;
end
$$;

grant execute on function private.row_write(regclass, jsonb, uuid) to frontdesk_api;
