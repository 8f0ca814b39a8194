-- SPDX-License-Identifier: BSD-2-Clause
-- What is kept of a secret that is random enough: its SHA-256 in hex.

create or replace function private.secret_hash(p_secret text) returns text
language sql immutable strict set search_path = pg_catalog, pg_temp as $$
    select encode(sha256(convert_to(p_secret, 'UTF8')), 'hex')
$$;

grant execute on function private.secret_hash(text) to frontdesk_definer, frontdesk_api;
