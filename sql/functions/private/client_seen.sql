-- SPDX-License-Identifier: BSD-2-Clause
-- The client's id again when the user may see it, else the one refusal for "not yours" and
-- "not there".  Lists use it as (select private.client_seen($1)): once a query.

create or replace function private.client_seen(p_client_id uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from private.visible_clients() v (id) where v.id = p_client_id) then
        perform private.refuse(404, 'There is no such client.');
    end if;
    return p_client_id;
end
$$;

grant execute on function private.client_seen(uuid) to frontdesk_api, frontdesk_worker;
