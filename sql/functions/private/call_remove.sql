-- SPDX-License-Identifier: BSD-2-Clause
-- Removes a call with all that is about it.  What the ledger refers to stays as a key without a
-- CallSid.  Runs as frontdesk_eraser, as private.call_erase() does.

set local role frontdesk_eraser;

create or replace function private.call_remove(
    p_client_id uuid, p_call_id uuid, p_created_at timestamptz)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform private.call_erase(p_client_id, p_call_id, p_created_at);
    delete from frontdesk.call_events e
     where e.client_id = p_client_id
       and e.call_id = p_call_id
       and e.call_created_at = p_created_at;
    delete from frontdesk.calls c where c.id = p_call_id and c.created_at = p_created_at;
    begin
        delete from frontdesk.call_keys k where k.client_id = p_client_id and k.call_id = p_call_id;
    exception when foreign_key_violation then
        update frontdesk.call_keys k
           set call_sid = null
         where k.client_id = p_client_id and k.call_id = p_call_id;
    end;
end
$$;

grant execute on function private.call_remove(uuid, uuid, timestamptz) to frontdesk_worker;
