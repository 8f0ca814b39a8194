-- SPDX-License-Identifier: BSD-2-Clause
-- One line in a call's history.

create or replace function private.call_note(p_call frontdesk.calls, p_kind text, p_data jsonb)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    insert into frontdesk.call_events (client_id, call_id, call_created_at, kind, data)
    values (p_call.client_id, p_call.id, p_call.created_at, p_kind,
            coalesce(jsonb_strip_nulls(p_data), '{}'));
end
$$;

grant execute on function private.call_note(frontdesk.calls, text, jsonb)
    to frontdesk_api, frontdesk_worker;
