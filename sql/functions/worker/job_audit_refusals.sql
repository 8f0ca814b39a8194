-- SPDX-License-Identifier: BSD-2-Clause
-- The job: refusals that were repeated and have stopped since are told to the audit log.

create or replace function worker.job_audit_refusals(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    return case when private.audit_refusals_flush(null) < 1000 then 'done' else 'more' end;
end
$$;
