-- SPDX-License-Identifier: BSD-2-Clause
-- Who came back from Google and has no session yet: a code of the second factor is awaited.  Runs
-- as frontdesk_definer: nobody is logged in.

set local role frontdesk_definer;

create or replace function api.google_proven(p_state_hash text)
returns table (id uuid, email text, name text, role text, totp_secret bytea)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select u.id, u.email, u.name, u.role, s.secret
      from frontdesk.oauth_state_tokens t
      join frontdesk.users u on u.id = t.proven_user_id and u.is_active
      left join frontdesk.totp_secrets s on s.user_id = u.id and s.enabled_at is not null
     where t.state_hash = p_state_hash and t.purpose = 'login' and t.expires_at > now();
    if not found then
        perform private.refuse(400, 'This sign-in is over. Please begin again.', 'state');
    end if;
end
$$;
