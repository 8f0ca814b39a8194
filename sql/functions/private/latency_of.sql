-- SPDX-License-Identifier: BSD-2-Clause
-- What a bucket of frontdesk.latency_stats stands for, in milliseconds: its middle.

create or replace function private.latency_of(p_bucket int) returns int
language sql immutable parallel safe
begin atomic
    select round(power(10::numeric, (p_bucket - 0.5) / 48))::int;
end;

grant execute on function private.latency_of(int) to frontdesk_api;
