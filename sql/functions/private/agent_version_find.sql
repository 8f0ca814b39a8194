-- SPDX-License-Identifier: BSD-2-Clause
-- A version of an agent, else the refusal.

create or replace function private.agent_version_find(p_agent_id uuid, p_version int)
returns frontdesk.agent_versions
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_version frontdesk.agent_versions;
begin
    select v.* into v_version
      from frontdesk.agent_versions v
     where v.client_id = private.agent_seen(p_agent_id)
       and v.agent_id = p_agent_id and v.version = p_version;
    if not found then
        perform private.refuse(404, 'There is no such version.');
    end if;
    return v_version;
end
$$;

grant execute on function private.agent_version_find(uuid, int) to frontdesk_api;
