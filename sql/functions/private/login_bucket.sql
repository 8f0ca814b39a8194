-- SPDX-License-Identifier: BSD-2-Clause
-- Where failed logins of an address are counted: with the place when its user has logged in from
-- there this month, so that whoever fails from elsewhere does not lock the user out.

set local role frontdesk_definer;

create or replace function private.login_bucket(p_email text, p_address text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_email text := lower(btrim(p_email));
    v_known boolean;
begin
    v_known := exists (
        select from frontdesk.users u
          join frontdesk.sessions s on s.user_id = u.id
         where u.email = v_email and s.address = p_address
           and s.last_used_at > now() - interval '30 days');
    return private.secret_hash(v_email || case when v_known then E'\n' || p_address else '' end);
end
$$;
