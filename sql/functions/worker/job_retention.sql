-- SPDX-License-Identifier: BSD-2-Clause
-- Job: erases what has been kept long enough; "more" until nothing is left to do.

create or replace function worker.job_retention(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    return case when private.retention_run(200) >= 200 then 'more' else 'done' end;
end
$$;
