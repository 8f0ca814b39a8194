-- SPDX-License-Identifier: BSD-2-Clause
-- Jobs, newest first, for admins: of one queue, in one state.  What a job is about is not shown: it
-- may be the link of somebody's mail.

create or replace function api.job_list(
    p_queue text, p_state text, p_limit int, p_offset int, p_cursor_key text, p_cursor_id uuid)
returns table (
    id uuid, queue text, client_id uuid, unique_key text, state text, attempts int,
    max_attempts int, run_at timestamptz, leased_by text, lease_until timestamptz,
    last_error text, created_at timestamptz, finished_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.admin_only();
    return query
    select j.id, j.queue, j.for_client_id, j.unique_key, j.state, j.attempts, j.max_attempts,
           j.run_at, j.leased_by, j.lease_until, j.last_error, j.created_at, j.finished_at
      from frontdesk.jobs j
     where (p_queue is null or j.queue = p_queue)
       and (p_state is null or j.state = p_state)
       and (p_cursor_id is null
            or (j.created_at, j.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by j.created_at desc, j.id desc
     limit least(greatest(coalesce(p_limit, 50), 1), 100) offset greatest(p_offset, 0);
end
$$;
