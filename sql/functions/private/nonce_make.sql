-- SPDX-License-Identifier: BSD-2-Clause
-- What opens a stream: 128 of the 244 random bits of two uuids.  Without settings of its own, so
-- that it becomes part of the statement it stands in: as a call of its own it takes ten times as
-- long.

create or replace function private.nonce_make() returns text
language sql volatile
begin atomic
    select left(encode(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())),
                       'hex'), 32);
end;

grant execute on function private.nonce_make() to frontdesk_api;
