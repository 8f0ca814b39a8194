-- SPDX-License-Identifier: BSD-2-Clause
-- Erases a client, p_limit calls at a time: all its rows but what must be kept of money (ledger,
-- payments), the audit log and proofs; what is left of the client itself is nameless and closed.
-- Answers what was erased, with "more" when that was not all.  Runs as frontdesk_eraser, as
-- private.call_erase() does.

set local role frontdesk_eraser;

create or replace function private.erase_client(p_client_id uuid, p_limit int default 200)
returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_counts jsonb := '{}';
    v_call   record;
    v_calls  int := 0;
    v_table  record;
    v_rows   int;
begin
    update frontdesk.clients c
       set is_active = false
     where c.id = p_client_id and c.is_active;

    -- What is being said now would be written after this: the job comes again.
    if exists (select from frontdesk.calls c
                where c.client_id = p_client_id
                  and c.status in ('ringing', 'in_progress')
                  and c.created_at > now() - interval '1 day') then
        perform private.refuse(409, 'A call is still going on.');
    end if;

    for v_call in
        select c.id, c.created_at from frontdesk.calls c where c.client_id = p_client_id
         limit p_limit
    loop
        perform private.call_remove(p_client_id, v_call.id, v_call.created_at);
        v_calls := v_calls + 1;
    end loop;
    v_counts := jsonb_build_object('calls', v_calls);
    if v_calls >= p_limit then
        return v_counts || '{"more": true}';
    end if;

    for v_table in
        select c.oid::regclass as name, c.relname
          from pg_class c
         where c.relnamespace = 'frontdesk'::regnamespace
           and c.relkind in ('r', 'p')
           and not c.relispartition
           and c.relname not in ('ledger', 'audit_log', 'payments', 'erasures', 'call_keys',
                                 'client_members')
           and exists (select from pg_attribute a
                        where a.attrelid = c.oid and a.attname = 'client_id')
         order by c.relname
    loop
        execute format('delete from %s where client_id = $1', v_table.name) using p_client_id;
        get diagnostics v_rows = row_count;
        continue when v_rows = 0;
        v_counts := v_counts || jsonb_build_object(v_table.relname, v_rows);
    end loop;

    update frontdesk.call_keys k
       set call_sid = null
     where k.client_id = p_client_id and k.call_sid is not null;
    update frontdesk.clients c
       set name = 'Erased', owner_phone = null, calendar_id = null, timezone = 'UTC'
     where c.id = p_client_id;
    return v_counts;
end
$$;

grant execute on function private.erase_client(uuid, int) to frontdesk_worker;
