-- SPDX-License-Identifier: BSD-2-Clause
-- What the user's own password and code are checked against, before something that a stolen token
-- must not do.  Failures count as failed logins do.  Runs as frontdesk_definer: nobody else may
-- read a hash.

set local role frontdesk_definer;

create or replace function api.me_secret()
returns table (id uuid, email text, name text, password_hash text, totp_secret bytea,
               totp_enabled boolean)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user uuid := private.person_only();
begin
    perform private.login_wait(private.login_bucket(
                u.email, current_setting('frontdesk.address', true)))
       from frontdesk.users u where u.id = v_user;
    return query
    select u.id, u.email, u.name, u.password_hash, t.secret, t.enabled_at is not null
      from frontdesk.users u left join frontdesk.totp_secrets t on t.user_id = u.id
     where u.id = v_user;
end
$$;
