-- SPDX-License-Identifier: BSD-2-Clause
-- Milliseconds since a call was answered as "01:02:03.456".

create or replace function private.clock_text(p_ms bigint) returns text
language sql immutable parallel safe
begin atomic
    select lpad((p_ms / 3600000)::text, 2, '0') || ':'
        || lpad((p_ms / 60000 % 60)::text, 2, '0') || ':'
        || lpad((p_ms / 1000 % 60)::text, 2, '0') || '.'
        || lpad((p_ms % 1000)::text, 3, '0');
end;

grant execute on function private.clock_text(bigint) to frontdesk_api;
