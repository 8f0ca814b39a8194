-- SPDX-License-Identifier: BSD-2-Clause
-- The clients whose rows this transaction may change: the call's, or those the user is an owner or
-- a manager of.  Every policy of a change asks this, once a query.

create or replace function private.writable_clients() returns setof uuid
language plpgsql stable rows 4 set search_path = pg_catalog, pg_temp as $$
declare
    v_client text := current_setting('frontdesk.client_id', true);
begin
    if v_client <> '' then
        return next v_client::uuid;
    elsif current_setting('frontdesk.key_read_only', true) is distinct from 'on' then
        return query select m from private.managed_clients() m;
    end if;
end
$$;

grant execute on function private.writable_clients() to frontdesk_api, frontdesk_worker;
