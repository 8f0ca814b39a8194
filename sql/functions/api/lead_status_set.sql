-- SPDX-License-Identifier: BSD-2-Clause
-- Gives many leads of a client one status: all of them or, when one is not the client's, none.

create or replace function api.lead_status_set(p_client_id uuid, p_body json)
returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_ids  uuid[];
    v_done int;
begin
    perform private.client_write(p_client_id);
    begin
        v_ids := array(select distinct e::uuid from json_array_elements_text(p_body -> 'ids') e);
    exception when invalid_text_representation then
        perform private.refuse(422, 'These are ids of leads.', 'ids');
    end;

    update frontdesk.leads l
       set status = p_body ->> 'status'
     where l.client_id = p_client_id and l.id = any (v_ids);
    get diagnostics v_done = row_count;
    if v_done < cardinality(v_ids) then
        perform private.refuse(404, 'There is no such lead.', 'ids');
    end if;
    return query select v_done || case when v_done = 1 then ' lead' else ' leads' end
                        || ' updated successfully';
end
$$;
