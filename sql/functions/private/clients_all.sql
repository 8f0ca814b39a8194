-- SPDX-License-Identifier: BSD-2-Clause
-- Every client, for work that is done for all in turn.  Runs as frontdesk_definer: nobody acts.

set local role frontdesk_definer;

create or replace function private.clients_all() returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select c.id from frontdesk.clients c order by c.id;
end
$$;

grant execute on function private.clients_all() to frontdesk_worker, frontdesk_eraser;
