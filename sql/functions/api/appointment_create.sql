-- SPDX-License-Identifier: BSD-2-Clause
-- An appointment made by hand: the owner is not bound to hours, lead time or steps, only to what is
-- booked already.

create or replace function api.appointment_create(p_client_id uuid, p_body json)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, service_id uuid, service text,
    resource text, customer_name text, customer_phone text, starts_at timestamptz,
    ends_at timestamptz, status text, notes text, outside_hours boolean, created_at timestamptz,
    updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.client_write(p_client_id);
    return query
    select d.* from private.appointment_row(
        private.appointment_write(p_client_id, null, p_body::jsonb)) d;
end
$$;
