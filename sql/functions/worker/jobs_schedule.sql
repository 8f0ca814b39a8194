-- SPDX-License-Identifier: BSD-2-Clause
-- Adds what is to be done from time to time, and answers how much it added.  Every node asks for
-- it; the key names the hour or the day, so each is added once.

create or replace function worker.jobs_schedule() returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_queue text;
    v_key   text;
    v_added int := 0;
begin
    for v_queue, v_key in
        select p.queue,
               to_char(timezone('UTC', now()),
                       case p.every when 'hour' then 'YYYY-MM-DD"T"HH24' else 'YYYY-MM-DD' end)
          from (values ('audit_refusals', 'hour'),
                       ('retention', 'hour'),
                       ('partitions', 'day'),
                       ('idempotency_expire', 'hour'),
                       ('sessions_expire', 'day'),
                       ('jobs_expire', 'hour'),
                       ('credentials_reseal', 'day')) p (queue, every)
         where p.queue = 'credentials_reseal'  -- a worker does it
            or to_regprocedure(format('worker.job_%s(jsonb)', p.queue)) is not null
    loop
        continue when exists (select from frontdesk.jobs j
                               where j.queue = v_queue and j.unique_key = v_key);
        perform private.job_add(v_queue, '{}', p_unique => v_key);
        v_added := v_added + 1;
    end loop;
    return v_added;
end
$$;
