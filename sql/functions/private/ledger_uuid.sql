-- SPDX-License-Identifier: BSD-2-Clause
-- The id of a ledger row as all ids are told: its number, at the end of a UUID.

create or replace function private.ledger_uuid(p_id bigint) returns uuid
language sql immutable parallel safe
begin atomic
    select ('00000000-0000-8000-8000-' || lpad(to_hex(p_id), 12, '0'))::uuid;
end;

grant execute on function private.ledger_uuid(bigint) to frontdesk_api;
