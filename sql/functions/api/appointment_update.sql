-- SPDX-License-Identifier: BSD-2-Clause
-- Changes an appointment by hand, as api.appointment_create() makes one.

create or replace function api.appointment_update(p_id uuid, p_body json)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, service_id uuid, service text,
    resource text, customer_name text, customer_phone text, starts_at timestamptz,
    ends_at timestamptz, status text, notes text, outside_hours boolean, created_at timestamptz,
    updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_old frontdesk.appointments;
begin
    select a.* into v_old from frontdesk.appointments a where a.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such appointment.');
    end if;
    perform private.client_write(v_old.client_id);
    return query
    select d.* from private.appointment_row(
        private.appointment_write(v_old.client_id, v_old, p_body::jsonb)) d;
end
$$;
