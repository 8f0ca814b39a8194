-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a department away; its transfer targets stay, in none.

create or replace function api.department_delete(p_id uuid, p_client_id uuid default null)
returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.departments', p_id, p_client_id, 'department');
    delete from frontdesk.departments d where d.id = p_id;
    return query select 'Department deleted successfully';
end
$$;
