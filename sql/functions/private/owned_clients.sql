-- SPDX-License-Identifier: BSD-2-Clause
-- The clients the user may do everything with: an owner of, or any for an admin.  None in a call
-- and none with a key that only reads.  Runs as frontdesk_definer: the tables it reads have a
-- policy themselves.

set local role frontdesk_definer;

create or replace function private.owned_clients() returns setof uuid
language plpgsql stable security definer rows 4 set search_path = pg_catalog, pg_temp as $$
declare
    v_key text := current_setting('frontdesk.key_client_id', true);
begin
    if current_setting('frontdesk.client_id', true) <> '' or not private.may_write() then
        return;
    elsif current_setting('frontdesk.user_role', true) = 'admin' then
        return query select c.id from frontdesk.clients c
                      where c.deleted_at is null
                        and (v_key is null or v_key = '' or c.id = v_key::uuid);
    else
        return query select m.client_id from frontdesk.client_members m
                      where m.user_id = private.user_id() and m.role = 'owner'
                        and (v_key is null or v_key = '' or m.client_id = v_key::uuid);
    end if;
end
$$;

grant execute on function private.owned_clients() to frontdesk_api, frontdesk_worker;
