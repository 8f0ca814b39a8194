-- SPDX-License-Identifier: BSD-2-Clause
-- The number that private.ledger_uuid() made an id of.

create or replace function private.ledger_number(p_id uuid) returns bigint
language sql immutable parallel safe
begin atomic
    select ('x' || lpad(right(p_id::text, 12), 16, '0'))::bit(64)::bigint;
end;

grant execute on function private.ledger_number(uuid) to frontdesk_api;
