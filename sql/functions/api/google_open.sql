-- SPDX-License-Identifier: BSD-2-Clause
-- The session of who came back from Google, and the end of the way.  As at any login a second
-- factor is wanted when there is one; a wrong one leaves the way open for another try.  Runs as
-- frontdesk_definer: nobody is logged in.

set local role frontdesk_definer;

create or replace function api.google_open(
    p_state_hash text, p_family uuid, p_refresh_hash text, p_ttl_s int, p_user_agent text,
    p_address text, p_totp_step bigint default null, p_recovery_code text default null,
    p_fresh_secret bytea default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid;
begin
    delete from frontdesk.oauth_state_tokens t
     where t.state_hash = p_state_hash and t.purpose = 'login' and t.expires_at > now()
       and t.proven_user_id is not null
    returning t.proven_user_id into v_user;
    if not found then
        perform private.refuse(400, 'This sign-in is over. Please begin again.', 'state');
    end if;
    perform api.session_open(v_user, p_family, p_refresh_hash, p_ttl_s, p_user_agent, p_address,
                             p_totp_step, p_recovery_code, null, p_fresh_secret);
end
$$;
