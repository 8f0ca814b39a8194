-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, when a client is marked as deleted: it has no members any more, so that
-- private.visible_clients(), asked by every query, need not look at clients.  Runs as
-- frontdesk_definer: half way through, nobody is a member that could do it.

set local role frontdesk_definer;

create or replace function private.client_removed() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from frontdesk.client_members m where m.client_id = new.id;
    return null;
end
$$;

grant execute on function private.client_removed() to frontdesk_owner;
