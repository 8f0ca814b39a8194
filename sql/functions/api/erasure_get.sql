-- SPDX-License-Identifier: BSD-2-Clause
-- What became of an erasure: the proof, when it is done.

create or replace function api.erasure_get(p_id uuid)
returns table (
    id uuid, client_id uuid, kind text, status text, subject_hash text, requested_by uuid,
    rows_erased jsonb, created_at timestamptz, finished_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select e.id, e.client_id, e.kind, e.status, e.subject_hash, e.requested_by, e.rows_erased,
           e.created_at, e.finished_at
      from frontdesk.erasures e
     where e.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such erasure.');
    end if;
end
$$;
