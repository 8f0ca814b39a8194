-- SPDX-License-Identifier: BSD-2-Clause
-- Removes a lead.

create or replace function api.lead_delete(p_id uuid) returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_client_id uuid;
begin
    select l.client_id into v_client_id from frontdesk.leads l where l.id = p_id;
    if not found then
        perform private.refuse(404, 'There is no such lead.');
    end if;
    perform private.client_write(v_client_id);
    delete from frontdesk.leads l where l.id = p_id;
    return query select 'Lead deleted successfully';
end
$$;
