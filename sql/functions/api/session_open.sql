-- SPDX-License-Identifier: BSD-2-Clause
-- A refresh token's hash after a login: in a new family unless one is given.  Runs as
-- frontdesk_definer: the user is not acting yet.

set local role frontdesk_definer;

create or replace function api.session_open(
    p_user_id uuid, p_family uuid, p_refresh_hash text, p_ttl_s int)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from frontdesk.users u where u.id = p_user_id and u.is_active) then
        perform private.refuse(401, 'You are not logged in.');
    end if;

    insert into frontdesk.refresh_tokens (user_id, family, token_hash, expires_at)
    values (p_user_id, coalesce(p_family, gen_random_uuid()), p_refresh_hash,
            now() + make_interval(secs => p_ttl_s));
end
$$;
