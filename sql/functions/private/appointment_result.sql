-- SPDX-License-Identifier: BSD-2-Clause
-- A booking tool's result when it could be had, in the client's local time.

create or replace function private.appointment_result(
    p_appointment frontdesk.appointments, p_timezone text)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return json_build_object(
        'ok', true,
        'appointment_id', p_appointment.id,
        'start', private.local_text(timezone(p_timezone, p_appointment.starts_at)),
        'end', private.local_text(timezone(p_timezone, p_appointment.ends_at)),
        'service', p_appointment.service);
end
$$;

grant execute on function private.appointment_result(frontdesk.appointments, text)
    to frontdesk_worker;
