-- SPDX-License-Identifier: BSD-2-Clause
-- The client's id again when the user is one of its owners, or an admin: team, keys, removal.

create or replace function private.client_own(p_client_id uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_seen(p_client_id);
    if not exists (select from private.owned_clients() v (id) where v.id = p_client_id) then
        perform private.refuse(403, 'Only an owner may do this.');
    end if;
    return p_client_id;
end
$$;

grant execute on function private.client_own(uuid) to frontdesk_api;
