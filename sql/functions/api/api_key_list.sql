-- SPDX-License-Identifier: BSD-2-Clause
-- The user's API keys, newest first; what they are is shown once, by api.api_key_create().

create or replace function api.api_key_list(
    p_limit int, p_offset int, p_cursor_key text, p_cursor_id uuid)
returns table (id uuid, name text, prefix text, client_id uuid, read_only boolean,
               created_at timestamptz, expires_at timestamptz, last_used_at timestamptz)
language plpgsql stable rows 20 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user uuid := private.person_only();
begin
    return query
    select k.id, k.name, k.prefix, k.only_client_id, k.read_only, k.created_at, k.expires_at,
           k.last_used_at
      from frontdesk.api_keys k
     where k.user_id = v_user and k.revoked_at is null
       and (p_cursor_id is null
            or (k.created_at, k.id) < (p_cursor_key::timestamptz, p_cursor_id))
     order by k.created_at desc, k.id desc
     limit p_limit offset p_offset;
end
$$;
