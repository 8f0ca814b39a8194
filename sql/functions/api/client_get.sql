-- SPDX-License-Identifier: BSD-2-Clause
-- One of my clients, as api.client_list() gives it.

create or replace function api.client_get(p_id uuid) returns setof frontdesk.client_objects
language sql stable rows 1
begin atomic
    select o.* from frontdesk.client_objects o where o.id = (select private.client_seen(p_id));
end;
