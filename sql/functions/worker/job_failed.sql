-- SPDX-License-Identifier: BSD-2-Clause
-- The job failed; answers what becomes of it, queued or dead.  It is tried again in p_retry_in_s
-- seconds, and when that is null in 10 seconds, 20, 40 ... 6 hours, each time half as long to one
-- and a half times as long, so that what failed together does not come back together.  With
-- p_retry_in_s below 0, or when it was tried often enough, it is dead: an admin may look.

create or replace function worker.job_failed(
    p_id uuid, p_lease int, p_error text, p_retry_in_s int default null)
returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_job     frontdesk.jobs := private.job_lock(p_id, p_lease);
    v_is_dead boolean := coalesce(p_retry_in_s < 0, false) or v_job.attempts >= v_job.max_attempts;
    v_wait_s  double precision := coalesce(
        p_retry_in_s, least(10 * 2 ^ least(v_job.attempts - 1, 12), 21600) * (0.5 + random()));
begin
    update frontdesk.jobs j
       set state = case when v_is_dead then 'dead' else 'queued' end,
           lease_until = null,
           run_at = case when v_is_dead then j.run_at
                         else now() + make_interval(secs => v_wait_s) end,
           finished_at = case when v_is_dead then now() end,
           last_error = left(p_error, 500)
     where j.id = v_job.id
    returning j.* into v_job;
    return v_job.state;
end
$$;
