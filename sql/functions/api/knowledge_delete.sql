-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a knowledge entry away.

create or replace function api.knowledge_delete(p_id uuid, p_client_id uuid default null)
returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.knowledge_entries', p_id, p_client_id,
                                'knowledge entry');
    delete from frontdesk.knowledge_entries k where k.id = p_id;
    return query select 'Knowledge entry deleted successfully';
end
$$;
