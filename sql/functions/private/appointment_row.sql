-- SPDX-License-Identifier: BSD-2-Clause
-- An appointment as the API tells it; outside_hours: not within the hours of its day, as only an
-- owner can book.

create or replace function private.appointment_row(p_appointment frontdesk.appointments)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, service_id uuid, service text,
    resource text, customer_name text, customer_phone text, starts_at timestamptz,
    ends_at timestamptz, status text, notes text, outside_hours boolean, created_at timestamptz,
    updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select a.id, a.client_id, a.contact_id, a.call_id, a.service_id, a.service, a.resource,
           a.customer_name, a.customer_phone, a.starts_at, a.ends_at, a.status, a.notes,
           private.is_outside_hours(a.client_id, a.starts_at, a.ends_at), a.created_at,
           a.updated_at
      from (select p_appointment.*) a;
end
$$;

grant execute on function private.appointment_row(frontdesk.appointments) to frontdesk_api;
