-- SPDX-License-Identifier: BSD-2-Clause
-- One of my numbers.

create or replace function api.phone_number_get(p_id uuid)
returns setof frontdesk.phone_number_objects
language sql stable rows 1
begin atomic
    select o.* from frontdesk.phone_number_objects o where o.id = p_id;
end;
