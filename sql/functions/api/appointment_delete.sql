-- SPDX-License-Identifier: BSD-2-Clause
-- Removes an appointment.  One that was merely called off is better marked as canceled.

create or replace function api.appointment_delete(p_id uuid) returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_client_id uuid;
begin
    select a.client_id into v_client_id from frontdesk.appointments a where a.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such appointment.');
    end if;
    perform private.client_write(v_client_id);
    delete from frontdesk.appointments a where a.id = p_id;
    return query select 'Appointment deleted successfully';
end
$$;
