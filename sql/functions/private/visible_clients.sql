-- SPDX-License-Identifier: BSD-2-Clause
-- The clients whose rows this transaction may see: the one of the call it serves, or those of the
-- user it acts as.  Every policy asks this, once a query.  Runs as frontdesk_definer: clients and
-- users have policies themselves.

set local role frontdesk_definer;

create or replace function private.visible_clients() returns setof uuid
language plpgsql stable security definer rows 4 set search_path = pg_catalog, pg_temp as $$
declare
    v_client text := current_setting('frontdesk.client_id', true);
    v_user   uuid := private.user_id();
    v_role   text;
begin
    -- A transaction that serves a call sees its client and nothing else, whoever the user is.
    if v_client <> '' then
        return next v_client::uuid;
        return;
    end if;

    select u.role into v_role from frontdesk.users u where u.id = v_user and u.is_active;

    if v_role = 'admin' then
        return query select c.id from frontdesk.clients c;
    elsif v_role = 'owner' then
        return query select c.id from frontdesk.clients c where c.owner_user_id = v_user;
    end if;
end
$$;

grant execute on function private.visible_clients() to frontdesk_api, frontdesk_worker;
