-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: the hours of today, of a date when one is given, and of a usual week.

create or replace function worker.tool_get_business_hours(p_call frontdesk.calls, p_args json)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_client frontdesk.clients;
    v_day    date := private.local_parse(private.arg_text(p_args, 'date', 10) || 'T00:00')::date;
    v_today  date;
begin
    if v_day is null and private.arg_text(p_args, 'date', 10) is not null then
        return private.tool_refusal('invalid', 'The date is not one.', 'date');
    end if;

    select c.* into v_client from frontdesk.clients c where c.id = p_call.client_id;
    v_today := timezone(v_client.timezone, now())::date;

    return json_build_object(
        'ok', true,
        'timezone', v_client.timezone,
        'today', private.hours_json(p_call.client_id, v_today),
        'day', private.hours_json(p_call.client_id, coalesce(v_day, v_today)),
        'week', (
            select json_agg(json_build_object(
                       'weekday', w.weekday,
                       'name', to_char(date '2024-01-01' + (w.weekday - 1), 'FMDay'),
                       'intervals', coalesce((
                           select json_agg(json_build_array(to_char(b.opens, 'HH24:MI'),
                                                            to_char(b.closes, 'HH24:MI'))
                                           order by b.opens)
                             from frontdesk.business_hours b
                            where b.client_id = p_call.client_id
                              and b.weekday = w.weekday), '[]')) order by w.weekday)
              from generate_series(1, 7) w (weekday)));
end
$$;
