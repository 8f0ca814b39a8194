-- SPDX-License-Identifier: BSD-2-Clause
-- One of my departments.

create or replace function api.department_get(p_id uuid) returns setof frontdesk.departments
language sql stable rows 1
begin atomic
    select d.* from frontdesk.departments d where d.id = p_id;
end;
