-- SPDX-License-Identifier: BSD-2-Clause
-- What was erased of a client, newest first.

create or replace function api.erasure_list(
    p_client_id uuid, p_limit int default null, p_offset int default null,
    p_cursor_key text default null, p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, kind text, status text, subject_hash text, requested_by uuid,
    rows_erased jsonb, created_at timestamptz, finished_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    perform private.client_seen(p_client_id);
    return query
    select e.id, e.client_id, e.kind, e.status, e.subject_hash, e.requested_by, e.rows_erased,
           e.created_at, e.finished_at
      from frontdesk.erasures e
     where e.client_id = p_client_id
       and (e.created_at, e.id)
           < (coalesce(p_cursor_key::timestamptz, 'infinity'),
              coalesce(p_cursor_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff'))
     order by e.created_at desc, e.id desc
     limit least(greatest(coalesce(p_limit, 50), 1), 100) offset greatest(p_offset, 0);
end
$$;
