-- SPDX-License-Identifier: BSD-2-Clause
-- From here to the end of the transaction the policies confine it to one client.

create or replace function private.client_enter(p_client_id uuid) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('frontdesk.client_id', p_client_id::text, true);
end
$$;

grant execute on function private.client_enter(uuid) to frontdesk_api, frontdesk_worker;
