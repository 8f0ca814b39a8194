-- SPDX-License-Identifier: BSD-2-Clause
-- Whose password a link sets, which is looked at before the new one is hashed: hashing is dear,
-- and a password must not be like the address.  Runs as frontdesk_definer: nobody is logged in.

set local role frontdesk_definer;

create or replace function api.reset_find(p_token text) returns table (email text, name text)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select u.email, u.name
      from frontdesk.one_time_tokens t join frontdesk.users u on u.id = t.user_id
     where t.token_hash = private.secret_hash(p_token) and t.kind = 'reset'
       and t.used_at is null and t.expires_at > now() and u.is_active;
    if not found then
        perform private.refuse(400, 'This link is not valid any more.', 'token');
    end if;
end
$$;
