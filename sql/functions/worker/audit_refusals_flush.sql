-- SPDX-License-Identifier: BSD-2-Clause
-- To be called every minute or so by one of the workers: refusals that were repeated and have
-- stopped since are told to the audit log.

create or replace function worker.audit_refusals_flush() returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    return private.audit_refusals_flush(null);
end
$$;
