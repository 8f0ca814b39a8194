-- SPDX-License-Identifier: BSD-2-Clause
-- What a version keeps of an agent.

create or replace function private.agent_snapshot(p_agent frontdesk.agents) returns jsonb
language sql immutable
begin atomic
    select jsonb_object_agg(f.key, f.value)
      from jsonb_each(to_jsonb(p_agent)) f
     where f.key = any (private.agent_fields());
end;

grant execute on function private.agent_snapshot(frontdesk.agents)
    to frontdesk_api, frontdesk_worker;
