-- SPDX-License-Identifier: BSD-2-Clause
-- The client a list is asked for, when the user may see it, or without one all that are visible.

create or replace function private.clients_asked(p_client_id uuid) returns setof uuid
language plpgsql stable rows 4 set search_path = pg_catalog, pg_temp as $$
begin
    if p_client_id is null then
        return query select private.visible_clients();
    else
        return next private.client_seen(p_client_id);
    end if;
end
$$;

grant execute on function private.clients_asked(uuid) to frontdesk_api;
