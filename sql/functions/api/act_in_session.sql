-- SPDX-License-Identifier: BSD-2-Clause
-- The rest of this transaction acts as the user of a session that has not ended: what an access
-- token is good for.  So a logout, here or everywhere, counts at once, as everything that
-- api.act_as() looks at does.  Runs as frontdesk_definer: nobody is acting yet.

set local role frontdesk_definer;

create or replace function api.act_in_session(
    p_user_id uuid, p_session_id uuid, p_request_id text default null,
    p_address text default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from frontdesk.sessions s
                    where s.id = p_session_id and s.user_id = p_user_id
                      and s.revoked_at is null) then
        perform private.refuse(401, 'You are not logged in.');
    end if;
    perform set_config('frontdesk.session_id', p_session_id::text, true);
    perform api.act_as(p_user_id, p_request_id, p_address);
end
$$;
