-- SPDX-License-Identifier: BSD-2-Clause
-- A caller's own appointments: those of the number that calls, and those made in this call.  A
-- caller without number has only the latter.

create or replace function private.appointment_find(p_call frontdesk.calls)
returns setof frontdesk.appointments
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_phone text := private.phone_normal(p_call.caller_phone);
begin
    return query
    select a.*
      from frontdesk.appointments a
     where a.client_id = p_call.client_id
       and (a.customer_phone = v_phone or a.call_id = p_call.id)
     order by a.starts_at, a.id;
end
$$;

grant execute on function private.appointment_find(frontdesk.calls) to frontdesk_worker;
