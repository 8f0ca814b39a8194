-- SPDX-License-Identifier: BSD-2-Clause
-- Gives a user another password and tells by mail; private.user_changed() ends the sessions.  Runs
-- as frontdesk_definer: nobody else writes a hash.

set local role frontdesk_definer;

create or replace function private.password_set(p_user_id uuid, p_password_hash text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    update frontdesk.users u
       set password_hash = p_password_hash, password_changed_at = clock_timestamp()
     where u.id = p_user_id;
    perform private.mail_add(u.email, 'password_changed', jsonb_build_object('name', u.name))
       from frontdesk.users u where u.id = p_user_id;
end
$$;
