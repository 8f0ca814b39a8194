-- SPDX-License-Identifier: BSD-2-Clause
-- What private.retention_run() does for one client.  A recording's file goes when its row says that
-- it is removed.  Runs as frontdesk_eraser, as private.call_erase() does.

set local role frontdesk_eraser;

create or replace function private.retention_client(p_client_id uuid, p_limit int) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_kept       frontdesk.retention;
    v_call       record;
    v_until      timestamptz;
    v_texts      int := 0;
    v_calls      int := 0;
    v_recordings int;
begin
    insert into frontdesk.retention (client_id) values (p_client_id)
    on conflict (client_id) do nothing;
    select r.* into v_kept from frontdesk.retention r where r.client_id = p_client_id;

    for v_call in
        select c.id, c.created_at
          from frontdesk.calls c
         where c.client_id = p_client_id
           and c.created_at < now() - make_interval(days => v_kept.call_days)
           and c.status not in ('ringing', 'in_progress')
         order by c.created_at
         limit p_limit
    loop
        perform private.call_remove(p_client_id, v_call.id, v_call.created_at);
        v_calls := v_calls + 1;
    end loop;

    -- A call that is going on ends the way: the next run goes on from it.
    for v_call in
        select c.id, c.created_at, c.status in ('ringing', 'in_progress') as is_on
          from frontdesk.calls c
         where c.client_id = p_client_id
           and c.created_at >= coalesce(v_kept.transcripts_until, '-infinity')
           and c.created_at < now() - make_interval(days => v_kept.transcript_days)
         order by c.created_at, c.id
         limit p_limit - v_calls
    loop
        exit when v_call.is_on;
        perform private.call_erase(p_client_id, v_call.id, v_call.created_at);
        v_until := v_call.created_at + interval '1 microsecond';
        v_texts := v_texts + 1;
    end loop;
    if v_until is not null then
        update frontdesk.retention r
           set transcripts_until = v_until
         where r.client_id = p_client_id;
    end if;

    update frontdesk.recordings r
       set status = 'removed', removed_at = now()
     where r.client_id = p_client_id
       and r.status <> 'removed'
       and r.id in (select d.id from frontdesk.recordings d
                     where d.client_id = p_client_id
                       and d.status <> 'removed'
                       and d.created_at < now() - make_interval(days => v_kept.recording_days)
                     order by d.created_at
                     limit p_limit - v_calls - v_texts);
    get diagnostics v_recordings = row_count;

    if v_calls + v_texts + v_recordings > 0 then
        insert into frontdesk.erasures (client_id, kind, status, rows_erased, finished_at)
        values (p_client_id, 'retention', 'done', jsonb_build_object(
            'calls', v_calls, 'texts', v_texts, 'recordings', v_recordings), now());
    end if;
    return v_calls + v_texts + v_recordings;
end
$$;

grant execute on function private.retention_client(uuid, int) to frontdesk_worker;
