-- SPDX-License-Identifier: BSD-2-Clause
-- Takes an agent away that is not the default one; its numbers go to that.

create or replace function api.agent_delete(p_id uuid, p_client_id uuid default null)
returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.agents', p_id, p_client_id, 'agent');
    if exists (select from frontdesk.agents a where a.id = p_id and a.is_default) then
        perform private.refuse(409, 'Make another agent the default one first.');
    end if;
    delete from frontdesk.agents a where a.id = p_id;
    return query select 'Agent deleted successfully';
end
$$;
