-- SPDX-License-Identifier: BSD-2-Clause
-- Changes a department; what is not in the body stays.

create or replace function api.department_update(
    p_id uuid, p_body json, p_client_id uuid default null)
returns setof frontdesk.departments
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.departments', p_id, p_client_id, 'department');
    perform private.row_write('frontdesk.departments',
                              private.transfer_fields(p_body, '{description}'), p_id);
    return query select d.* from frontdesk.departments d where d.id = p_id;
end
$$;
