-- SPDX-License-Identifier: BSD-2-Clause
-- The row of a job that runs under this lease, locked.  Whoever lost the job to another worker, or
-- has ended it before, is refused and changes nothing.

create or replace function private.job_lock(p_id uuid, p_lease int) returns frontdesk.jobs
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_job frontdesk.jobs;
begin
    select j.* into v_job
      from frontdesk.jobs j
     where j.id = p_id
       and j.state = 'running'
       and j.lease = p_lease
       for update;
    if not found then
        perform private.refuse(409, 'Another worker has this job.');
    end if;
    return v_job;
end
$$;

grant execute on function private.job_lock(uuid, int) to frontdesk_worker;
