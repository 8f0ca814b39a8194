-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: moves one of the caller's own appointments to another start; it keeps its id and length.

create or replace function worker.tool_reschedule_appointment(p_call frontdesk.calls, p_args json)
returns json
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client      frontdesk.clients;
    v_appointment frontdesk.appointments := private.appointment_pick(p_call, p_args);
    v_local       timestamp := private.local_parse(private.arg_text(p_args, 'start', 19));
    v_minutes     int;
    v_error       text;
    v_at          timestamptz;
begin
    if v_appointment.id is null or v_appointment.status <> 'confirmed' then
        return private.tool_refusal('none', 'There is no such appointment.');
    end if;

    select c.* into v_client from frontdesk.clients c where c.id = p_call.client_id;
    v_at := timezone(v_client.timezone, v_local);
    if v_at = v_appointment.starts_at then
        return private.appointment_result(v_appointment, v_client.timezone);
    end if;

    v_minutes := extract(epoch from v_appointment.ends_at - v_appointment.starts_at)::int / 60;
    v_error := private.slot_error(p_call.client_id, v_local, v_minutes);
    if v_error is not null then
        return private.slot_refusal(v_error, p_call.client_id, v_local, v_minutes,
                                    v_appointment.id);
    end if;

    perform private.calendar_lock(p_call.client_id);
    begin
        update frontdesk.appointments a
           set starts_at = v_at,
               ends_at = v_at + make_interval(mins => v_minutes),
               buffer_before_minutes = v_client.buffer_before_minutes,
               buffer_after_minutes = v_client.buffer_after_minutes
         where a.client_id = p_call.client_id and a.id = v_appointment.id
           and a.status = 'confirmed'
        returning a.* into v_appointment;
    exception when exclusion_violation then
        return private.slot_refusal('taken', p_call.client_id, v_local, v_minutes,
                                    v_appointment.id);
    end;
    if not found then
        return private.tool_refusal('none', 'There is no such appointment.');
    end if;
    return private.appointment_result(v_appointment, v_client.timezone);
end
$$;
