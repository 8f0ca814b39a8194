-- SPDX-License-Identifier: BSD-2-Clause
-- Which providers a client has a key of its own for; of a key, how it ends.

create or replace function api.provider_list(p_client_id uuid)
returns table (
    client_id uuid, kind text, provider text, key text, created_at timestamptz,
    updated_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    -- First: who sees no row at all would else not come to be asked.
    perform private.client_seen(p_client_id);
    return query
    select c.client_id, c.kind, c.provider, '****' || c.hint, c.created_at, c.updated_at
      from frontdesk.provider_credentials c
     where c.client_id = p_client_id
     order by c.kind;
end
$$;
