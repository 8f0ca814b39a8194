-- SPDX-License-Identifier: BSD-2-Clause
-- The job is done.  What it was about may be the link of somebody's mail: nothing of it is left.

create or replace function worker.job_done(p_id uuid, p_lease int) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_job frontdesk.jobs := private.job_lock(p_id, p_lease);
begin
    update frontdesk.jobs j
       set state = 'done', payload = '{}', lease_until = null, finished_at = now(),
           last_error = null
     where j.id = v_job.id;
end
$$;
