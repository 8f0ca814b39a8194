-- SPDX-License-Identifier: BSD-2-Clause
-- A secret that is sent or shown once: 244 random bits as 43 characters of base64url.

create or replace function private.secret_make() returns text
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select translate(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
                            'base64'), '+/=', '-_')
$$;

grant execute on function private.secret_make() to frontdesk_definer, frontdesk_api;
