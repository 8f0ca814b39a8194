-- SPDX-License-Identifier: BSD-2-Clause
-- A moment as RFC 3339 in UTC, for times inside of json columns.

create or replace function private.utc_text(p_at timestamptz) returns text
language sql immutable parallel safe
begin atomic
    select to_char(timezone('UTC', p_at), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
end;

grant execute on function private.utc_text(timestamptz) to frontdesk_api, frontdesk_worker;
