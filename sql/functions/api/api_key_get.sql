-- SPDX-License-Identifier: BSD-2-Clause
-- One of the user's API keys.

create or replace function api.api_key_get(p_id uuid)
returns table (id uuid, name text, prefix text, client_id uuid, read_only boolean,
               created_at timestamptz, expires_at timestamptz, last_used_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user uuid := private.person_only();
begin
    return query
    select k.id, k.name, k.prefix, k.only_client_id, k.read_only, k.created_at, k.expires_at,
           k.last_used_at
      from frontdesk.api_keys k
     where k.id = p_id and k.user_id = v_user and k.revoked_at is null;
    if not found then
        perform private.refuse(404, 'There is no such API key.');
    end if;
end
$$;
