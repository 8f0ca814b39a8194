-- SPDX-License-Identifier: BSD-2-Clause
-- The rest of this transaction acts as a user, in the user's role of this moment.  Runs as
-- frontdesk_definer: whether the user may act at all must be known before anything is seen.

set local role frontdesk_definer;

create or replace function api.act_as(
    p_user_id uuid, p_request_id text default null, p_address text default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_role text;
begin
    select u.role into v_role from frontdesk.users u where u.id = p_user_id and u.is_active;
    if not found then
        perform private.refuse(401, 'You are not logged in.');
    end if;
    perform set_config('frontdesk.user_id', p_user_id::text, true),
            set_config('frontdesk.user_role', v_role, true),
            set_config('frontdesk.request_id', coalesce(p_request_id, ''), true),
            set_config('frontdesk.address', coalesce(p_address, ''), true);
end
$$;
