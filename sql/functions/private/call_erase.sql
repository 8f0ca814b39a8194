-- SPDX-License-Identifier: BSD-2-Clause
-- Erases what was said in a call, and whatever else is text about it: turns, events' details, the
-- summary, the name.  The call stays.  Answers how many turns there were.  Runs as
-- frontdesk_eraser, whom the policies hold to clients that whoever asks may change.

set local role frontdesk_eraser;

create or replace function private.call_erase(
    p_client_id uuid, p_call_id uuid, p_created_at timestamptz)
returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_turns int;
begin
    delete from frontdesk.turns t
     where t.client_id = p_client_id
       and t.call_id = p_call_id
       and t.call_created_at = p_created_at;
    get diagnostics v_turns = row_count;

    update frontdesk.call_events e
       set data = '{}'
     where e.client_id = p_client_id
       and e.call_id = p_call_id
       and e.call_created_at = p_created_at
       and e.data <> '{}';
    update frontdesk.calls c
       set summary = null, caller_name = null, erased_at = coalesce(c.erased_at, now())
     where c.id = p_call_id
       and c.created_at = p_created_at;
    return v_turns;
end
$$;

grant execute on function private.call_erase(uuid, uuid, timestamptz)
    to frontdesk_api, frontdesk_worker;
