-- SPDX-License-Identifier: BSD-2-Clause
-- Removes jobs that were done a week ago, and dead ones nobody cared for in a month.

create or replace function worker.job_jobs_expire(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_limit int := coalesce((p_payload ->> 'limit')::int, 1000);
    v_count int;
begin
    delete from frontdesk.jobs j
     where j.id in (select o.id
                      from frontdesk.jobs o
                     where o.finished_at < now() - interval '7 days'
                       and (o.state = 'done' or o.finished_at < now() - interval '30 days')
                     order by o.finished_at
                     limit v_limit
                       for update skip locked);
    get diagnostics v_count = row_count;
    return case when v_count = v_limit then 'more' else 'done' end;
end
$$;
