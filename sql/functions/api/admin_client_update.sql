-- SPDX-License-Identifier: BSD-2-Clause
-- What an admin changes of a client.  A new owner_user_id becomes one of its owners; who was one
-- stays one.

create or replace function api.admin_client_update(p_id uuid, p_body json)
returns table (id uuid, name text, owner_user_id uuid, owner_email text, owner_name text,
               members int, timezone text, routing text, voice_mode text, balance_seconds int,
               is_active boolean, created_at timestamptz, updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_owner uuid := p_body ->> 'owner_user_id';
begin
    perform private.admin_write();
    perform private.client_seen(p_id);

    if v_owner is not null then
        if not exists (select from frontdesk.users u where u.id = v_owner and u.is_active) then
            perform private.refuse(422, 'There is no such active user.', 'owner_user_id');
        end if;
        insert into frontdesk.client_members as m (client_id, user_id, role)
        values (p_id, v_owner, 'owner')
        on conflict (client_id, user_id) do update set role = 'owner' where m.role <> 'owner';
    end if;

    update frontdesk.clients c
       set owner_user_id = coalesce(v_owner, c.owner_user_id),
           is_active = coalesce((p_body ->> 'is_active')::boolean, c.is_active),
           routing = coalesce(p_body ->> 'routing', c.routing)
     where c.id = p_id;
    return query select * from api.admin_client_get(p_id);
end
$$;
