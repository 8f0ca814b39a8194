-- SPDX-License-Identifier: BSD-2-Clause
-- Takes an invitation back.

create or replace function api.invitation_delete(p_client_id uuid, p_id uuid)
returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    perform api.invitation_get(p_client_id, p_id);
    delete from frontdesk.client_invitations i where i.id = p_id;
    return query select 'Invitation deleted successfully';
end
$$;
