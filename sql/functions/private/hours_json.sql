-- SPDX-License-Identifier: BSD-2-Clause
-- One date's hours as a tool's result.

create or replace function private.hours_json(p_client_id uuid, p_day date) returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return json_build_object(
        'date', p_day,
        'weekday', to_char(p_day, 'FMDay'),
        'intervals', coalesce((select json_agg(json_build_array(to_char(h.opens, 'HH24:MI'),
                                                                to_char(h.closes, 'HH24:MI')))
                                 from private.hours_on(p_client_id, p_day) h), '[]'));
end
$$;

grant execute on function private.hours_json(uuid, date) to frontdesk_worker;
