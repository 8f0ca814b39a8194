-- SPDX-License-Identifier: BSD-2-Clause
-- The client of an agent that the user may see, else the refusal.

create or replace function private.agent_seen(p_agent_id uuid) returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_client uuid;
begin
    select a.client_id into v_client from frontdesk.agents a where a.id = p_agent_id;
    if v_client is null then
        perform private.refuse(404, 'There is no such agent.');
    end if;
    return v_client;
end
$$;

grant execute on function private.agent_seen(uuid) to frontdesk_api;
