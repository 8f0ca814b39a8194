-- SPDX-License-Identifier: BSD-2-Clause
-- One lead of my clients.

create or replace function api.lead_get(p_id uuid)
returns table (
    id uuid, client_id uuid, contact_id uuid, call_id uuid, name text, phone text, email text,
    reason text, callback_preference text, status text, notes text, fields json,
    created_at timestamptz, updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select d.* from frontdesk.leads l cross join lateral private.lead_row(l) d where l.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such lead.');
    end if;
end
$$;
