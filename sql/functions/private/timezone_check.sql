-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses what is no time zone of a place: abbreviations do not know when clocks change.

create or replace function private.timezone_check(p_timezone text) returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if p_timezone is distinct from 'UTC'
        and coalesce(p_timezone !~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)+$', true) then
        perform private.refuse(422, 'This is no time zone; one is "America/New_York".', 'timezone');
    end if;
    perform timezone(p_timezone, now());
exception when invalid_parameter_value then
    perform private.refuse(422, 'This is no time zone; one is "America/New_York".', 'timezone');
end
$$;

grant execute on function private.timezone_check(text) to frontdesk_api;
