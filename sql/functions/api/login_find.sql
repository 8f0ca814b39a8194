-- SPDX-License-Identifier: BSD-2-Clause
-- What a login is checked against.  Runs as frontdesk_definer: nobody is logged in yet, and nobody
-- else may read a hash.

set local role frontdesk_definer;

create or replace function api.login_find(p_email text)
returns table (id uuid, email text, name text, role text, password_hash text, is_active boolean)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select u.id, u.email, u.name, u.role, u.password_hash, u.is_active
      from frontdesk.users u
     where u.email = lower(btrim(p_email));
end
$$;
