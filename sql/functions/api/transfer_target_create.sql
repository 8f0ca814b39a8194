-- SPDX-License-Identifier: BSD-2-Clause
-- A new transfer target of a client.

create or replace function api.transfer_target_create(p_client_id uuid, p_body json)
returns setof frontdesk.transfer_targets
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb;
    v_id   uuid := gen_random_uuid();
begin
    perform private.client_write(p_client_id);
    v_body := private.transfer_fields(p_body, '{department_id}');
    perform private.room_check('frontdesk.transfer_targets', p_client_id, 500, 'transfer targets');
    perform private.row_write('frontdesk.transfer_targets',
        v_body || jsonb_build_object('id', v_id, 'client_id', p_client_id));
    return query select d.* from frontdesk.transfer_targets d where d.id = v_id;
end
$$;
