-- SPDX-License-Identifier: BSD-2-Clause
-- The bucket of frontdesk.latency_stats a wait belongs to.

create or replace function private.latency_bucket(p_ms numeric) returns int
language sql immutable parallel safe
begin atomic
    select least(ceil(48 * log(greatest(p_ms, 1)))::int, 300);
end;

grant execute on function private.latency_bucket(numeric) to frontdesk_definer;
