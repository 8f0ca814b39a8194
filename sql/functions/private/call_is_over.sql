-- SPDX-License-Identifier: BSD-2-Clause
-- Whether a status is one that a call never leaves.

create or replace function private.call_is_over(p_status text) returns boolean
language sql immutable parallel safe
begin atomic
    select p_status not in ('ringing', 'in_progress');
end;

grant execute on function private.call_is_over(text) to frontdesk_api, frontdesk_worker;
