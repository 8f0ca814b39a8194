-- SPDX-License-Identifier: BSD-2-Clause
-- One appointment of my clients.

create or replace function api.appointment_get(p_id uuid)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, service_id uuid, service text,
    resource text, customer_name text, customer_phone text, starts_at timestamptz,
    ends_at timestamptz, status text, notes text, outside_hours boolean, created_at timestamptz,
    updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select d.*
      from frontdesk.appointments a
     cross join lateral private.appointment_row(a) d
     where a.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such appointment.');
    end if;
end
$$;
