-- SPDX-License-Identifier: BSD-2-Clause
-- A dead job is tried again, as if it had been added now.

create or replace function api.job_retry(p_id uuid)
returns table (
    id uuid, queue text, client_id uuid, unique_key text, state text, attempts int,
    max_attempts int, run_at timestamptz, leased_by text, lease_until timestamptz,
    last_error text, created_at timestamptz, finished_at timestamptz)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.admin_write();
    return query
    update frontdesk.jobs j
       set state = 'queued', attempts = 0, run_at = now(), finished_at = null
     where j.id = p_id and j.state = 'dead'
    returning j.id, j.queue, j.for_client_id, j.unique_key, j.state, j.attempts, j.max_attempts,
           j.run_at, j.leased_by, j.lease_until, j.last_error, j.created_at, j.finished_at;

    if not found then
        if not exists (select from frontdesk.jobs j where j.id = p_id) then
            perform private.refuse(404, 'There is no such job.');
        end if;
        perform private.refuse(409, 'Only a dead job can be tried again.');
    end if;
    perform private.audit_add(null, 'retry', 'jobs', p_id::text);
    perform pg_notify('frontdesk_jobs', '');
end
$$;
