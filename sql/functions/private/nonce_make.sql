-- SPDX-License-Identifier: BSD-2-Clause
-- What opens a stream: 128 of the 244 random bits of two uuids.

create or replace function private.nonce_make() returns text
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
                       'hex'), 32)
$$;

grant execute on function private.nonce_make() to frontdesk_api;
