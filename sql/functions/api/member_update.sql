-- SPDX-License-Identifier: BSD-2-Clause
-- Gives a member another role, which holds from the member's next request on.

create or replace function api.member_update(p_client_id uuid, p_user_id uuid, p_body json)
returns table (id uuid, user_id uuid, email text, name text, role text, created_at timestamptz,
               updated_at timestamptz)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.client_own(p_client_id);
    perform api.member_get(p_client_id, p_user_id);
    update frontdesk.client_members m
       set role = coalesce(p_body ->> 'role', m.role)
     where m.client_id = p_client_id and m.user_id = p_user_id;
    return query select * from api.member_get(p_client_id, p_user_id);
end
$$;
