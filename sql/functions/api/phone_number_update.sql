-- SPDX-License-Identifier: BSD-2-Clause
-- Says which agent answers a number, or whether it is answered at all.

create or replace function api.phone_number_update(
    p_id uuid, p_body json, p_client_id uuid default null)
returns setof frontdesk.phone_number_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body   jsonb;
    v_status text;
begin
    perform private.item_client('frontdesk.phone_numbers', p_id, p_client_id, 'number');
    v_body := private.body_fields(p_body, array['agent_id', 'status']);

    select n.status into v_status from frontdesk.phone_numbers n where n.id = p_id;
    if v_body ? 'status' and v_body ->> 'status' is distinct from v_status
        and 'suspended' in (v_status, v_body ->> 'status') and not private.user_is_admin() then
        perform private.refuse(403, 'Only the platform suspends a number, or takes that back.',
                               'status');
    end if;
    perform private.row_write('frontdesk.phone_numbers', v_body, p_id);
    return query select o.* from frontdesk.phone_number_objects o where o.id = p_id;
end
$$;
