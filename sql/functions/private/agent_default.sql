-- SPDX-License-Identifier: BSD-2-Clause
-- Makes an agent its client's default.  The one that was it is not any more, before the other is:
-- there is one at a time.

create or replace function private.agent_default(p_client_id uuid, p_agent_id uuid) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    -- Two who do so at once would each take it from the same one.
    perform from frontdesk.clients c where c.id = p_client_id for no key update;
    update frontdesk.agents a set is_default = false
     where a.client_id = p_client_id and a.is_default and a.id <> p_agent_id;
    update frontdesk.agents a set is_default = true
     where a.client_id = p_client_id and a.id = p_agent_id and not a.is_default;
end
$$;

grant execute on function private.agent_default(uuid, uuid) to frontdesk_api;
