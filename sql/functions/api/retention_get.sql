-- SPDX-License-Identifier: BSD-2-Clause
-- How long a client keeps what, in days.

create or replace function api.retention_get(p_client_id uuid)
returns table (
    client_id uuid, transcript_days int, call_days int, recording_days int,
    updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.client_seen(p_client_id);

    -- Without a row of its own, what a new row would have.
    return query
    select c.id, coalesce(r.transcript_days, 365), coalesce(r.call_days, 1095),
           coalesce(r.recording_days, 90), r.updated_at
      from frontdesk.clients c
      left join frontdesk.retention r on r.client_id = c.id
     where c.id = p_client_id;
end
$$;
