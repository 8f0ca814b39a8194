-- SPDX-License-Identifier: BSD-2-Clause
-- One client, with whose it is.

create or replace function api.admin_client_get(p_id uuid)
returns table (id uuid, name text, owner_user_id uuid, owner_email text, owner_name text,
               members int, timezone text, routing text, voice_mode text, balance_seconds int,
               is_active boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql stable rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select c.id, c.name, c.owner_user_id, u.email, u.name,
           (select count(*)::int from frontdesk.client_members m where m.client_id = c.id),
           c.timezone, c.routing, c.voice_mode, c.balance_seconds, c.is_active, c.created_at,
           c.updated_at
      from frontdesk.clients c
      join frontdesk.users u on u.id = c.owner_user_id
     where c.id = (select private.client_seen(p_id));
end
$$;
