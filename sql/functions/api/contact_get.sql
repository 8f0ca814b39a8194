-- SPDX-License-Identifier: BSD-2-Clause
-- One contact of my clients, by its id or its number.

create or replace function api.contact_get(
    p_key text, p_client_id uuid default null)
returns table (
    id uuid, client_id uuid, phone_number text, name text, notes text, tags json,
    is_blocked boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select p.id, p.client_id, p.phone_number, p.name, p.notes, to_json(p.tags), p.is_blocked,
           p.created_at, p.updated_at
      from private.contact_find(p_key, p_client_id) p;
end
$$;
