-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, after a client got its owner_user_id: that user is one of its owners.  Runs as
-- frontdesk_definer: the user is not yet a member that could add one.

set local role frontdesk_definer;

create or replace function private.client_owner() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from frontdesk.client_members m
                    where m.client_id = new.id and m.user_id = new.owner_user_id
                      and m.role = 'owner') then
        insert into frontdesk.client_members (client_id, user_id, role)
        values (new.id, new.owner_user_id, 'owner')
        on conflict (client_id, user_id) do update set role = 'owner';
    end if;
    return null;
end
$$;

grant execute on function private.client_owner() to frontdesk_owner;
