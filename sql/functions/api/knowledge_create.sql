-- SPDX-License-Identifier: BSD-2-Clause
-- A new entry of a client's knowledge.

create or replace function api.knowledge_create(p_client_id uuid, p_body json)
returns setof frontdesk.knowledge_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb;
    v_id   uuid := gen_random_uuid();
begin
    perform private.client_write(p_client_id);
    v_body := private.knowledge_fields(p_body, '{"is_active": true}');
    perform private.room_check('frontdesk.knowledge_entries', p_client_id, 2000,
                               'knowledge entries');
    perform private.row_write('frontdesk.knowledge_entries',
        v_body || jsonb_build_object('id', v_id, 'client_id', p_client_id));
    return query select o.* from frontdesk.knowledge_objects o where o.id = v_id;
end
$$;
