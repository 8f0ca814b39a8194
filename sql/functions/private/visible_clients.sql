-- SPDX-License-Identifier: BSD-2-Clause
-- The clients whose rows this transaction may see: the one of the call it serves, or those of the
-- user it acts as.  Every policy asks this, once a query.  Runs as frontdesk_definer: clients has
-- a policy itself.

set local role frontdesk_definer;

create or replace function private.visible_clients() returns setof uuid
language plpgsql stable security definer rows 4 set search_path = pg_catalog, pg_temp as $$
declare
    v_client text := current_setting('frontdesk.client_id', true);
begin
    -- A transaction that serves a call sees its client and nothing else, whoever the user is.
    if v_client <> '' then
        return next v_client::uuid;
    elsif private.user_is_admin() then
        return query select c.id from frontdesk.clients c;
    else
        return query select c.id from frontdesk.clients c
                      where c.owner_user_id = private.user_id();
    end if;
end
$$;

grant execute on function private.visible_clients() to frontdesk_api, frontdesk_worker;
