-- SPDX-License-Identifier: BSD-2-Clause
-- A number that the owner has at the carrier already becomes one of a client.  Whose it is, if it
-- is somebody's here, is not told.

create or replace function api.phone_number_create(p_client_id uuid, p_body json)
returns setof frontdesk.phone_number_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body jsonb;
    v_id   uuid := gen_random_uuid();
begin
    perform private.client_write(p_client_id);
    v_body := private.body_fields(p_body, array['phone_number', 'agent_id', 'status']);
    if v_body ->> 'phone_number' is null then
        perform private.refuse(422, 'A number is needed.', 'phone_number');
    end if;
    if v_body ->> 'status' = 'suspended' and not private.user_is_admin() then
        perform private.refuse(403, 'Only the platform suspends a number.', 'status');
    end if;
    perform private.room_check('frontdesk.phone_numbers', p_client_id, 500, 'numbers');
    perform private.row_write('frontdesk.phone_numbers',
        v_body || jsonb_build_object('id', v_id, 'client_id', p_client_id));
    return query select o.* from frontdesk.phone_number_objects o where o.id = v_id;
end
$$;
