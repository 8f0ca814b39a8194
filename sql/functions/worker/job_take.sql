-- SPDX-License-Identifier: BSD-2-Clause
-- Takes the job that is due longest, of these queues (null: of all), for so many seconds; no row
-- when there is none.  One whose worker did not end it in time is due again: that worker is gone,
-- or its lease is older than the one given here and it can change nothing any more.

create or replace function worker.job_take(p_node text, p_queues text[], p_lease_s int)
returns table (id uuid, queue text, payload jsonb, lease int, attempts int, created_s bigint)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_job frontdesk.jobs;
begin
    if p_lease_s is null or p_lease_s not between 1 and 3600 then
        perform private.refuse(422, 'A lease is of 1 to 3600 seconds.', 'lease_s');
    end if;

    loop
        select j.* into v_job
          from frontdesk.jobs j
         where j.state in ('queued', 'running')
           and coalesce(j.lease_until, j.run_at) <= now()
           and (p_queues is null or j.queue = any (p_queues))
         order by coalesce(j.lease_until, j.run_at)
         limit 1
           for update skip locked;
        exit when not found;

        -- It may be the job that its workers die of.
        if v_job.attempts >= v_job.max_attempts then
            update frontdesk.jobs j
               set state = 'dead', lease_until = null, finished_at = now(),
                   last_error = 'Its worker was lost, and no attempt is left.'
             where j.id = v_job.id;
            continue;
        end if;

        update frontdesk.jobs j
           set state = 'running', attempts = j.attempts + 1, lease = j.lease + 1,
               lease_until = now() + make_interval(secs => p_lease_s),
               leased_by = left(p_node, 128)
         where j.id = v_job.id
        returning j.* into v_job;

        return query select v_job.id, v_job.queue, v_job.payload, v_job.lease, v_job.attempts,
                            extract(epoch from v_job.created_at)::bigint;
        exit;
    end loop;
end
$$;
