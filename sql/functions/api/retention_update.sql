-- SPDX-License-Identifier: BSD-2-Clause
-- Sets how long a client keeps what.  A text can not be kept longer than its call.

create or replace function api.retention_update(p_client_id uuid, p_body json)
returns table (
    client_id uuid, transcript_days int, call_days int, recording_days int,
    updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_kept frontdesk.retention;
begin
    perform private.client_write(p_client_id);
    insert into frontdesk.retention (client_id) values (p_client_id)
    on conflict (client_id) do nothing;
    update frontdesk.retention r
       set transcript_days = coalesce((p_body ->> 'transcript_days')::int, r.transcript_days),
           call_days = coalesce((p_body ->> 'call_days')::int, r.call_days),
           recording_days = coalesce((p_body ->> 'recording_days')::int, r.recording_days)
     where r.client_id = p_client_id
    returning r.* into v_kept;
    if v_kept.call_days < greatest(v_kept.transcript_days, v_kept.recording_days) then
        perform private.refuse(422, 'What belongs to a call can not be kept longer than the call.',
                               'call_days');
    end if;
    return query select g.* from api.retention_get(p_client_id) g;
end
$$;
