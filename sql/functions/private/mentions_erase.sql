-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a number out of whatever texts of a client mention it; answers how many.  In calls, those
-- in which something like it was said are looked at; in other tables, all.  A column that must be a
-- number keeps it: that is one of the client's own.  Runs as frontdesk_eraser, as
-- private.call_erase() does.

set local role frontdesk_eraser;

create or replace function private.mentions_erase(
    p_client_id uuid, p_phone text, p_pattern text)
returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_column record;
    v_total  int := 0;
    v_rows   int;
begin
    update frontdesk.turns t
       set content = regexp_replace(t.content, p_pattern, '[erased]', 'g')
      from private.turns_find(p_client_id, private.phone_words(p_phone), '-infinity',
                              'infinity', null) f
     where t.client_id = p_client_id
       and t.call_id = f.call_id
       and t.call_created_at = f.created_at
       and t.content ~ p_pattern;
    get diagnostics v_total = row_count;

    update frontdesk.calls c
       set summary = regexp_replace(c.summary, p_pattern, '[erased]', 'g')
     where c.client_id = p_client_id and c.summary ~ p_pattern;
    get diagnostics v_rows = row_count;
    v_total := v_total + v_rows;

    for v_column in
        select t.* from private.text_columns() t
         where not t.is_partitioned
           and t.table_name not in ('frontdesk.ledger'::regclass, 'frontdesk.audit_log'::regclass)
    loop
        begin
            execute format(
                'update %s set %I = regexp_replace(%2$I::text, $2, ''[erased]'', ''g'')::%s
                  where client_id = $1 and %2$I::text ~ $2',
                v_column.table_name, v_column.column_name, v_column.column_type)
            using p_client_id, p_pattern;
            get diagnostics v_rows = row_count;
            v_total := v_total + v_rows;
        exception when check_violation then
            null;
        end;
    end loop;

    -- Answers that are kept for a day, of those who may have asked about it.
    delete from frontdesk.idempotency_keys k
     where (k.body ~ p_pattern or k.route ~ p_pattern)
       and exists (select from frontdesk.users u
                    where u.id = k.user_id
                      and (u.role = 'admin'
                           or exists (select from frontdesk.client_members m
                                       where m.client_id = p_client_id and m.user_id = u.id)));
    get diagnostics v_rows = row_count;
    return v_total + v_rows;
end
$$;
