-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a month that is over out of calls, turns and call_events: it is in the schema archive then,
-- to be dumped and dropped.  Answers how many partitions that were.  Runs as the owner of the
-- tables, whoever calls it.

create or replace function private.partition_detach(p_month date) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set lock_timeout = '2s' as $$
declare
    v_table text;
    v_name  text;
    v_done  int := 0;
begin
    if p_month is null
        or p_month >= date_trunc('month', timezone('UTC', now()) - interval '1 day')::date then
        perform private.refuse(422, 'The month is not over.', 'month');
    end if;

    foreach v_table in array array['call_events', 'turns', 'calls'] loop
        v_name := v_table || to_char(p_month, '_YYYY_MM');
        continue when to_regclass('frontdesk.' || v_name) is null;
        execute format('alter table frontdesk.%I detach partition frontdesk.%I', v_table, v_name);
        execute format('alter table frontdesk.%I set schema archive', v_name);
        v_done := v_done + 1;
    end loop;
    return v_done;
end
$$;

grant execute on function private.partition_detach(date) to frontdesk_worker;
