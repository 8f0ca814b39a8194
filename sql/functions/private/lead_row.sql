-- SPDX-License-Identifier: BSD-2-Clause
-- A lead as the API tells it.

create or replace function private.lead_row(p_lead frontdesk.leads)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, name text, phone text, email text,
    reason text, callback_preference text, status text, notes text, fields json,
    created_at timestamptz, updated_at timestamptz)
language sql stable rows 1
begin atomic
    select p_lead.id, p_lead.client_id, p_lead.contact_id, p_lead.call_id, p_lead.name,
           p_lead.phone, p_lead.email, p_lead.reason, p_lead.callback_preference, p_lead.status,
           p_lead.notes,
           (select coalesce(json_object_agg(f.name, f.value order by f.name), '{}')
              from frontdesk.lead_fields f
             where f.client_id = p_lead.client_id and f.lead_id = p_lead.id),
           p_lead.created_at, p_lead.updated_at;
end;

grant execute on function private.lead_row(frontdesk.leads) to frontdesk_api;
