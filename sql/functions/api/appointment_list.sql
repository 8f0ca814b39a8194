-- SPDX-License-Identifier: BSD-2-Clause
-- Appointments of a client that start within a span of time, soonest first; null leaves an end
-- open.

create or replace function api.appointment_list(
    p_client_id uuid, p_from timestamptz, p_to timestamptz, p_limit int, p_offset int)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, service text, customer_name text,
    customer_phone text, starts_at timestamptz, ends_at timestamptz, status text, notes text,
    created_at timestamptz)
language sql stable
begin atomic
    select a.id, a.client_id, a.contact_id, a.call_id, a.service, a.customer_name,
           a.customer_phone, a.starts_at, a.ends_at, a.status, a.notes, a.created_at
      from frontdesk.appointments a
     where a.client_id = (select private.client_seen(p_client_id))
       and a.starts_at >= coalesce(p_from, '-infinity')
       and a.starts_at < coalesce(p_to, 'infinity')
     order by a.starts_at, a.id
     limit least(greatest(coalesce(p_limit, 50), 1), 100) offset greatest(p_offset, 0);
end;
