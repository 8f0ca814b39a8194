-- SPDX-License-Identifier: BSD-2-Clause
-- The job of queue idempotency_expire: removes answers that no replay gets any more.

create or replace function worker.job_idempotency_expire(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.idempotency_expire();
    return 'done';
end
$$;
