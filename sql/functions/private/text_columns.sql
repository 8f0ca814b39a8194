-- SPDX-License-Identifier: BSD-2-Clause
-- Columns of tables of clients' rows that may hold text.  What is only ever added to is not among
-- them, nor what partitions have from their table.

create or replace function private.text_columns()
returns table (table_name regclass, column_name name, column_type regtype, is_partitioned boolean)
language sql stable
begin atomic
    select c.oid::regclass, a.attname, a.atttypid::regtype, c.relkind = 'p'
      from pg_catalog.pg_class c
      join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'frontdesk'::regnamespace
       and c.relkind in ('r', 'p')
       and not c.relispartition
       and a.attgenerated = ''
       and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype,
                          'text[]'::regtype)
       and exists (select from pg_catalog.pg_attribute k
                    where k.attrelid = c.oid and k.attname = 'client_id' and not k.attisdropped)
     order by c.relname, a.attnum;
end;

grant execute on function private.text_columns() to frontdesk_eraser;
