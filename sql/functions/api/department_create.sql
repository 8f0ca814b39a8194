-- SPDX-License-Identifier: BSD-2-Clause
-- A new department of a client.

create or replace function api.department_create(p_client_id uuid, p_body json)
returns setof frontdesk.departments
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb;
    v_id   uuid := gen_random_uuid();
begin
    perform private.client_write(p_client_id);
    v_body := private.transfer_fields(p_body, '{description}');
    perform private.room_check('frontdesk.departments', p_client_id, 100, 'departments');
    perform private.row_write('frontdesk.departments',
        v_body || jsonb_build_object('id', v_id, 'client_id', p_client_id));
    return query select d.* from frontdesk.departments d where d.id = v_id;
end
$$;
