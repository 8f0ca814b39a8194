-- SPDX-License-Identifier: BSD-2-Clause
-- A client's local time as tools read it, "2026-11-21T09:00".

create or replace function private.local_text(p_local timestamp) returns text
language sql immutable parallel safe
begin atomic
    select to_char(p_local, 'YYYY-MM-DD"T"HH24:MI');
end;

grant execute on function private.local_text(timestamp) to frontdesk_api, frontdesk_worker;
