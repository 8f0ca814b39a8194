-- SPDX-License-Identifier: BSD-2-Clause
-- Makes the monthly partitions of calls, turns and call_events for this month and so many after
-- it; answers how many it made.  Rows of such a month that went to the default partition meanwhile
-- move to the new one.  Runs as the owner of the tables, whoever calls it.

create or replace function private.partitions_ensure(p_months int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_made  int := 0;
    v_table text;
    v_key   text;
    v_name  text;
    v_from  timestamptz;
    v_to    timestamptz;
begin
    for v_from in
        select timezone('UTC', m) from generate_series(
            date_trunc('month', timezone('UTC', now())),
            date_trunc('month', timezone('UTC', now())) + make_interval(months => p_months),
            interval '1 month') m
    loop
        v_to := timezone('UTC', timezone('UTC', v_from) + interval '1 month');
        foreach v_table in array array['calls', 'turns', 'call_events'] loop
            v_name := v_table || to_char(timezone('UTC', v_from), '_YYYY_MM');
            continue when to_regclass('frontdesk.' || v_name) is not null;

            v_key := case v_table when 'calls' then 'created_at' else 'call_created_at' end;
            perform pg_advisory_xact_lock(hashtextextended('frontdesk.' || v_name, 0));
            continue when to_regclass('frontdesk.' || v_name) is not null;

            execute format('create table frontdesk.%I (like frontdesk.%I including defaults '
                           'including constraints)', v_name, v_table);

            -- The owner of a table with forced policies sees no row of it; while this transaction
            -- holds the lock, it does.
            execute format('create table frontdesk.%I (like frontdesk.%I)', v_name || '_moving',
                           v_table);
            execute format('alter table frontdesk.%I no force row level security',
                           v_table || '_default');
            execute format('with moved as (delete from frontdesk.%I where %I >= %L and %I < %L '
                           'returning *) insert into frontdesk.%I select * from moved',
                           v_table || '_default', v_key, v_from, v_key, v_to,
                           v_name || '_moving');
            execute format('alter table frontdesk.%I force row level security',
                           v_table || '_default');

            -- Attached while empty: rows are checked against other tables one by one, as they come.
            execute format('alter table frontdesk.%I attach partition frontdesk.%I '
                           'for values from (%L) to (%L)', v_table, v_name, v_from, v_to);
            execute format('insert into frontdesk.%I select * from frontdesk.%I', v_name,
                           v_name || '_moving');
            execute format('drop table frontdesk.%I', v_name || '_moving');
            execute format('alter table frontdesk.%I enable row level security, '
                           'force row level security', v_name);
            v_made := v_made + 1;
        end loop;
    end loop;
    return v_made;
end
$$;

grant execute on function private.partitions_ensure(int) to frontdesk_worker;
