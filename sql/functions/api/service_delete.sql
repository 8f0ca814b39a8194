-- SPDX-License-Identifier: BSD-2-Clause
-- Removes a service; appointments that were booked for it stay.

create or replace function api.service_delete(p_id uuid)
returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    perform private.client_write(g.client_id) from api.service_get(p_id) g;
    if not found then
        perform private.refuse(404, 'There is no such service.');
    end if;
    delete from frontdesk.services s where s.id = p_id;
    return query select 'Service deleted successfully';
end
$$;
