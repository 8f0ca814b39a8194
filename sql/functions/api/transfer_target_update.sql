-- SPDX-License-Identifier: BSD-2-Clause
-- Changes a transfer target; what is not in the body stays.

create or replace function api.transfer_target_update(
    p_id uuid, p_body json, p_client_id uuid default null)
returns setof frontdesk.transfer_targets
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.transfer_targets', p_id, p_client_id, 'transfer target');
    perform private.row_write('frontdesk.transfer_targets',
                              private.transfer_fields(p_body, '{department_id}'), p_id);
    return query select d.* from frontdesk.transfer_targets d where d.id = p_id;
end
$$;
