-- SPDX-License-Identifier: BSD-2-Clause
-- A client's local time as tools write it, "2026-11-21T09:00"; null when it is none.

create or replace function private.local_parse(p_text text) returns timestamp
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
begin
    if p_text !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:00)?$' then
        return null;
    end if;
    return make_timestamp(substr(p_text, 1, 4)::int, substr(p_text, 6, 2)::int,
                          substr(p_text, 9, 2)::int, substr(p_text, 12, 2)::int,
                          substr(p_text, 15, 2)::int, 0);
exception when datetime_field_overflow or invalid_datetime_format then
    return null;
end
$$;

grant execute on function private.local_parse(text) to frontdesk_worker;
