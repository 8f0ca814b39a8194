-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, after an appointment or a lead was added: marks the call it came from, in the column
-- that the trigger names.  Runs as frontdesk_definer: a call's row is the workers' alone.

set local role frontdesk_definer;

create or replace function private.call_mark() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update frontdesk.calls c
       set has_lead = c.has_lead or tg_argv[0] = 'has_lead',
           has_appointment = c.has_appointment or tg_argv[0] = 'has_appointment'
      from frontdesk.call_keys k
     where k.client_id = new.client_id
       and k.call_id = new.call_id
       and c.id = k.call_id
       and c.created_at = k.created_at;
    return null;
end
$$;

grant execute on function private.call_mark() to frontdesk_owner;
