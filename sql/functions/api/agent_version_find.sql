-- SPDX-License-Identifier: BSD-2-Clause
-- A version of an agent of mine, by its own id: what made it answers with that.

create or replace function api.agent_version_find(p_id uuid)
returns setof frontdesk.agent_version_objects
language sql stable rows 1
begin atomic
    select v.* from frontdesk.agent_version_objects v where v.id = p_id;
end;
