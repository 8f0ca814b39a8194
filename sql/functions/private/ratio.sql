-- SPDX-License-Identifier: BSD-2-Clause
-- One number in relation to another, to a tenth of a percent; null to nothing.

create or replace function private.ratio(p_part numeric, p_whole numeric) returns numeric
language sql immutable parallel safe
begin atomic
    select round(p_part / nullif(p_whole, 0), 3);
end;

grant execute on function private.ratio(numeric, numeric) to frontdesk_api;
