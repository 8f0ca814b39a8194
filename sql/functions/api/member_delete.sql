-- SPDX-License-Identifier: BSD-2-Clause
-- Takes a member from a client: an owner anybody, everybody itself.

create or replace function api.member_delete(p_client_id uuid, p_user_id uuid)
returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
begin
    if p_user_id is distinct from private.user_id() or not private.may_write() then
        perform private.client_own(p_client_id);
    end if;
    perform api.member_get(p_client_id, p_user_id);
    delete from frontdesk.client_members m
     where m.client_id = p_client_id and m.user_id = p_user_id;
    return query select 'Member deleted successfully';
end
$$;
