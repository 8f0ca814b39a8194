-- SPDX-License-Identifier: BSD-2-Clause
-- Whether a time is in the part of the day a caller named; any other word means the whole day.

create or replace function private.is_in_part(p_time time, p_part text) returns boolean
language sql immutable parallel safe
begin atomic
    select case p_part
        when 'morning' then p_time < time '12:00'
        when 'afternoon' then p_time >= time '12:00' and p_time < time '17:00'
        when 'evening' then p_time >= time '17:00'
        else true end;
end;

grant execute on function private.is_in_part(time, text) to frontdesk_worker;
