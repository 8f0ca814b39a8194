-- SPDX-License-Identifier: BSD-2-Clause
-- Changes a knowledge entry; what is not in the body stays.

create or replace function api.knowledge_update(
    p_id uuid, p_body json, p_client_id uuid default null)
returns setof frontdesk.knowledge_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_entry jsonb;
begin
    perform private.item_client('frontdesk.knowledge_entries', p_id, p_client_id,
                                'knowledge entry');
    select to_jsonb(k) into v_entry from frontdesk.knowledge_entries k where k.id = p_id;
    perform private.row_write('frontdesk.knowledge_entries',
                              private.knowledge_fields(p_body, v_entry), p_id);
    return query select o.* from frontdesk.knowledge_objects o where o.id = p_id;
end
$$;
