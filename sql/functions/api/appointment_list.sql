-- SPDX-License-Identifier: BSD-2-Clause
-- Appointments of a client that start within a span of time, soonest first; null leaves an end
-- open.

create or replace function api.appointment_list(
    p_client_id uuid, p_from timestamptz default null, p_to timestamptz default null,
    p_status text default null, p_limit int default null, p_offset int default null,
    p_cursor_key text default null, p_cursor_id uuid default null)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, service_id uuid, service text,
    resource text, customer_name text, customer_phone text, starts_at timestamptz,
    ends_at timestamptz, status text, notes text, outside_hours boolean, created_at timestamptz,
    updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
begin
    perform private.client_seen(p_client_id);
    return query
    select d.*
      from (select a.*
              from frontdesk.appointments a
             where a.client_id = p_client_id
               and a.starts_at >= coalesce(p_from, '-infinity')
               and a.starts_at < coalesce(p_to, 'infinity')
               and (p_status is null or a.status = p_status)
               and (a.starts_at, a.id)
                   > (coalesce(p_cursor_key::timestamptz, '-infinity'),
                      coalesce(p_cursor_id, '00000000-0000-0000-0000-000000000000'))
             order by a.starts_at, a.id
             limit least(greatest(coalesce(p_limit, 50), 1), 10000)
            offset greatest(p_offset, 0)) a
     cross join lateral private.appointment_row(a::frontdesk.appointments) d
     order by d.starts_at, d.id;
end
$$;
