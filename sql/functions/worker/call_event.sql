-- SPDX-License-Identifier: BSD-2-Clause
-- Something happened in a call.

create or replace function worker.call_event(
    p_call_id uuid, p_epoch int, p_kind text, p_data json)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call frontdesk.calls := private.call_enter(p_call_id, coalesce(p_epoch, -1));
begin
    if octet_length(p_data::text) > 16384 then
        perform private.refuse(422, 'The event is too large.', 'data');
    end if;
    perform private.call_note(v_call, p_kind, p_data::jsonb);
end
$$;
