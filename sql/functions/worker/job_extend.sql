-- SPDX-License-Identifier: BSD-2-Clause
-- The job takes longer: its lease ends so many seconds from now.

create or replace function worker.job_extend(p_id uuid, p_lease int, p_lease_s int) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_job frontdesk.jobs := private.job_lock(p_id, p_lease);
begin
    if p_lease_s is null or p_lease_s not between 1 and 3600 then
        perform private.refuse(422, 'A lease is of 1 to 3600 seconds.', 'lease_s');
    end if;

    update frontdesk.jobs j
       set lease_until = now() + make_interval(secs => p_lease_s)
     where j.id = v_job.id;
end
$$;
