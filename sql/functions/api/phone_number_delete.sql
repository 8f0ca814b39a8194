-- SPDX-License-Identifier: BSD-2-Clause
-- A number is none of the client's any more; calls that came to it stay.

create or replace function api.phone_number_delete(p_id uuid, p_client_id uuid default null)
returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.phone_numbers', p_id, p_client_id, 'number');
    delete from frontdesk.phone_numbers n where n.id = p_id;
    return query select 'Phone number deleted successfully';
end
$$;
