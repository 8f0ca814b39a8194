-- SPDX-License-Identifier: BSD-2-Clause
-- One knowledge entry of a client of mine.

create or replace function api.knowledge_get(p_id uuid) returns setof frontdesk.knowledge_objects
language sql stable rows 1
begin atomic
    select o.* from frontdesk.knowledge_objects o where o.id = p_id;
end;
