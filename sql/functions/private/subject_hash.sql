-- SPDX-License-Identifier: BSD-2-Clause
-- What is kept of a number that was erased: tells whether a number is meant, of which client, and
-- not which it was.

create or replace function private.subject_hash(p_client_id uuid, p_phone text) returns text
language sql immutable parallel safe
begin atomic
    select encode(sha256(convert_to(p_client_id || ' ' || p_phone, 'UTF8')), 'hex');
end;

grant execute on function private.subject_hash(uuid, text) to frontdesk_api, frontdesk_eraser;
