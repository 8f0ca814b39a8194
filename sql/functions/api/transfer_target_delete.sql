-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a transfer target away.

create or replace function api.transfer_target_delete(p_id uuid, p_client_id uuid default null)
returns table (message text)
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    perform private.item_client('frontdesk.transfer_targets', p_id, p_client_id, 'transfer target');
    delete from frontdesk.transfer_targets d where d.id = p_id;
    return query select 'Transfer target deleted successfully';
end
$$;
