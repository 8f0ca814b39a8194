-- SPDX-License-Identifier: BSD-2-Clause
-- Does a job whose work is in the database: calls worker.job_<queue>(payload), which answers 'more'
-- to be called again at once (a statement may take 5 seconds, so long work goes in pieces), and
-- anything else when it is done.  All of it is one transaction, so such a job is done exactly
-- once.  Answers done, more, or dead: there is no such function.

create or replace function worker.job_run(p_id uuid, p_lease int) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_job    frontdesk.jobs := private.job_lock(p_id, p_lease);
    v_name   text := format('worker.%I(jsonb)', 'job_' || v_job.queue);
    v_answer text;
begin
    if to_regprocedure(v_name) is null then
        update frontdesk.jobs j
           set state = 'dead', lease_until = null, finished_at = now(),
               last_error = 'There is no function ' || v_name || '.'
         where j.id = v_job.id;
        return 'dead';
    end if;

    execute format('select worker.%I($1)', 'job_' || v_job.queue)
       into v_answer using v_job.payload;

    -- It may have served a client, and this is the platform's again.
    perform set_config('frontdesk.client_id', '', true);

    if v_answer = 'more' then
        update frontdesk.jobs j
           set state = 'queued', lease_until = null, run_at = now(), attempts = 0,
               last_error = null
         where j.id = v_job.id;
        return 'more';
    end if;
    perform worker.job_done(p_id, p_lease);
    return 'done';
end
$$;
