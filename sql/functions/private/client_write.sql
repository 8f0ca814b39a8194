-- SPDX-License-Identifier: BSD-2-Clause
-- The client's id again when the user may change what is the client's.

create or replace function private.client_write(p_client_id uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_seen(p_client_id);
    if not exists (select from private.writable_clients() v (id) where v.id = p_client_id) then
        perform private.refuse(403, 'You may not change this.');
    end if;
    return p_client_id;
end
$$;

grant execute on function private.client_write(uuid) to frontdesk_api, frontdesk_worker;
