-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: cancels one of the caller's own appointments.  Asked again for the same one, by its id, it
-- answers the same.

create or replace function worker.tool_cancel_appointment(p_call frontdesk.calls, p_args json)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_timezone    text;
    v_appointment frontdesk.appointments := private.appointment_pick(p_call, p_args);
begin
    if v_appointment.id is null then
        return private.tool_refusal('none', 'There is no such appointment.');
    end if;

    update frontdesk.appointments a
       set status = 'canceled'
     where a.client_id = p_call.client_id and a.id = v_appointment.id
       and a.status = 'confirmed';

    select c.timezone into v_timezone from frontdesk.clients c where c.id = p_call.client_id;
    return private.appointment_result(v_appointment, v_timezone);
end
$$;
