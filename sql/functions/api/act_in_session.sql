-- SPDX-License-Identifier: BSD-2-Clause
-- The rest of this transaction acts as the user of a session that has not ended: what an access
-- token is good for.  So a logout, here or everywhere, counts at once.  Every request does this:
-- it is api.act_as() with one question for both rows.  Runs as frontdesk_definer: nobody is acting
-- yet.

set local role frontdesk_definer;

create or replace function api.act_in_session(
    p_user_id uuid, p_session_id uuid, p_request_id text default null,
    p_address text default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_role text;
begin
    select u.role into v_role
      from frontdesk.sessions s join frontdesk.users u on u.id = s.user_id
     where s.id = p_session_id and s.user_id = p_user_id and s.revoked_at is null and u.is_active;
    if not found then
        perform private.refuse(401, 'You are not logged in.');
    end if;
    perform set_config('frontdesk.user_id', p_user_id::text, true),
            set_config('frontdesk.user_role', v_role, true),
            set_config('frontdesk.session_id', p_session_id::text, true),
            set_config('frontdesk.request_id', coalesce(p_request_id, ''), true),
            set_config('frontdesk.address', coalesce(p_address, ''), true);
end
$$;
