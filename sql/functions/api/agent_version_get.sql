-- SPDX-License-Identifier: BSD-2-Clause
-- One version of an agent of mine, with what it holds.

create or replace function api.agent_version_get(p_agent_id uuid, p_version int)
returns setof frontdesk.agent_version_objects
language sql stable rows 1
begin atomic
    select v.*
      from frontdesk.agent_version_objects v
     where v.agent_id = p_agent_id and v.version = p_version;
end;
