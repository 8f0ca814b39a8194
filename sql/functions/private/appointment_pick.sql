-- SPDX-License-Identifier: BSD-2-Clause
-- The one of the caller's own appointments that a tool means: the one named, else the next.  All
-- null when there is none, which is also the answer for another's.

create or replace function private.appointment_pick(p_call frontdesk.calls, p_args json)
returns frontdesk.appointments
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_id          text := private.arg_text(p_args, 'appointment_id', 64);
    v_appointment frontdesk.appointments;
begin
    if v_id is not null then
        select f.* into v_appointment
          from private.appointment_find(p_call) f
         where f.id::text = lower(v_id) and f.status in ('confirmed', 'canceled');
    else
        select f.* into v_appointment
          from private.appointment_find(p_call) f
         where f.status = 'confirmed' and f.starts_at > now()
         order by f.starts_at, f.id
         limit 1;
    end if;
    return v_appointment;
end
$$;

grant execute on function private.appointment_pick(frontdesk.calls, json) to frontdesk_worker;
