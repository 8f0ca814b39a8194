-- SPDX-License-Identifier: BSD-2-Clause
-- Whether there is such a client, whoever may see it.  Runs as frontdesk_definer for that.

set local role frontdesk_definer;

create or replace function private.client_is_there(p_client_id uuid) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (select from frontdesk.clients c where c.id = p_client_id);
end
$$;

grant execute on function private.client_is_there(uuid) to frontdesk_api, frontdesk_worker;
