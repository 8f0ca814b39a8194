-- SPDX-License-Identifier: BSD-2-Clause
-- What a login is checked against, or FD429 when too many have failed: alike for an address that
-- nobody has.  Runs as frontdesk_definer: nobody is logged in yet, and nobody else may read a hash.

set local role frontdesk_definer;

create or replace function api.login_find(p_email text, p_address text default null)
returns table (id uuid, email text, name text, role text, password_hash text, is_active boolean,
               totp_secret bytea)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.login_wait(private.login_bucket(p_email, p_address));
    return query
    select u.id, u.email, u.name, u.role, u.password_hash, u.is_active, t.secret
      from frontdesk.users u
      left join frontdesk.totp_secrets t on t.user_id = u.id and t.enabled_at is not null
     where u.email = lower(btrim(p_email));
end
$$;
