-- SPDX-License-Identifier: BSD-2-Clause
-- Calls that may have lost their owner, longest first: what was paid ahead is used up, or nobody
-- ever opened their stream.  Runs as frontdesk_definer: they are calls of all clients.

set local role frontdesk_definer;

create or replace function private.calls_quiet(p_after_s int) returns setof uuid
language plpgsql stable security definer rows 10 set search_path = pg_catalog, pg_temp as $$
begin
    return query
    select c.id
      from frontdesk.calls c
     where c.status in ('ringing', 'in_progress')
       and c.created_at < now() - make_interval(secs => p_after_s)
       and case when c.status = 'in_progress'
                then c.answered_at + make_interval(secs => c.reserved_seconds) < now()
                else c.route in ('stream', 'gather')
                     and c.created_at < now() - interval '10 minutes' end
     order by c.created_at
     limit 100;
end
$$;

grant execute on function private.calls_quiet(int) to frontdesk_worker;
