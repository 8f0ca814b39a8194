-- SPDX-License-Identifier: BSD-2-Clause
-- The client's id again when the user is more than a viewer of it.

create or replace function private.client_manage(p_client_id uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_seen(p_client_id);
    if not exists (select from private.managed_clients() v (id) where v.id = p_client_id) then
        perform private.refuse(403, 'Only owners and managers may see this.');
    end if;
    return p_client_id;
end
$$;

grant execute on function private.client_manage(uuid) to frontdesk_api;
