-- SPDX-License-Identifier: BSD-2-Clause
-- One who works for a client.

create or replace function api.member_get(p_client_id uuid, p_user_id uuid)
returns table (id uuid, user_id uuid, email text, name text, role text, created_at timestamptz,
               updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select p.user_id, p.user_id, p.email, p.name, p.role, p.created_at, p.updated_at
      from private.client_people(private.client_seen(p_client_id)) p
     where p.user_id = p_user_id;
    if not found then
        perform private.refuse(404, 'There is no such member.');
    end if;
end
$$;
