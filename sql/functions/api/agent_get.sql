-- SPDX-License-Identifier: BSD-2-Clause
-- One of my agents.

create or replace function api.agent_get(p_id uuid) returns setof frontdesk.agent_objects
language sql stable rows 1
begin atomic
    select o.* from frontdesk.agent_objects o where o.id = p_id;
end;
