-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, before a member is removed or gets another role: a client keeps an owner, and the one
-- it names (clients.owner_user_id) is one of them.  The client's row is locked first, so that two
-- owners can not remove each other.  Runs as frontdesk_definer: it has to see all members.

set local role frontdesk_definer;

create or replace function private.member_guard() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_owner uuid;
    v_other uuid;
begin
    if old.role = 'owner' and (tg_op = 'DELETE' or new.role <> 'owner') then
        select c.owner_user_id into v_owner
          from frontdesk.clients c where c.id = old.client_id and c.deleted_at is null
           for no key update;
        -- Not found: the client itself is being removed.
        if found then
            select m.user_id into v_other
              from frontdesk.client_members m
             where m.client_id = old.client_id and m.role = 'owner' and m.user_id <> old.user_id
             order by m.created_at, m.user_id limit 1;
            if not found then
                perform private.refuse(409, 'A client needs at least one owner.');
            end if;
            if v_owner = old.user_id then
                update frontdesk.clients c set owner_user_id = v_other where c.id = old.client_id;
            end if;
        end if;
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;

grant execute on function private.member_guard() to frontdesk_owner;
