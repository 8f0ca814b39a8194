-- SPDX-License-Identifier: BSD-2-Clause
-- Erases what has been kept as long as the clients want, p_limit calls at a time; answers how many
-- calls and recordings that were, so that fewer than p_limit mean that all is done.
-- Texts are erased in the order of the calls, and the client's row says how far.  Runs as
-- frontdesk_eraser, for one client after the other.

set local role frontdesk_eraser;

create or replace function private.retention_run(p_limit int default 500) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
declare
    v_client uuid;
    v_left   int := p_limit;
begin
    for v_client in select c from private.clients_all() c loop
        exit when v_left <= 0;
        perform set_config('frontdesk.client_id', v_client::text, true);
        v_left := v_left - private.retention_client(v_client, v_left);
    end loop;
    perform set_config('frontdesk.client_id', '', true);
    return p_limit - v_left;
end
$$;

grant execute on function private.retention_run(int) to frontdesk_worker;
