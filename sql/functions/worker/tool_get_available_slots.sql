-- SPDX-License-Identifier: BSD-2-Clause
-- Tool: free slots of a date, all or those of a part of the day, near a time when one is given; and
-- the next date with a free slot, which is the same date when only another part of it has some.

create or replace function worker.tool_get_available_slots(p_call frontdesk.calls, p_args json)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_client  frontdesk.clients;
    v_service frontdesk.services;
    v_part    text := coalesce(private.arg_text(p_args, 'part', 16), 'any');
    v_time    timestamp;
    v_day     date;
    v_minutes int;
    v_slots   json;
    v_next    date;
begin
    v_day := private.local_parse(private.arg_text(p_args, 'date', 10) || 'T00:00')::date;
    v_time := private.local_parse(v_day || 'T' || private.arg_text(p_args, 'time', 5));
    if v_day is null then
        return private.tool_refusal('invalid', 'The date is not one.', 'date');
    end if;

    select c.* into v_client from frontdesk.clients c where c.id = p_call.client_id;
    v_service := private.service_find(p_call.client_id, private.arg_text(p_args, 'service', 100));
    v_minutes := coalesce(v_service.minutes, v_client.appointment_minutes);

    select json_agg(private.local_text(n.starts_local)) into v_slots
      from (select f.starts_local
              from private.slots_free(p_call.client_id, v_day, v_day, v_minutes) f
             where private.is_in_part(f.starts_local::time, v_part)
             order by abs(extract(epoch from f.starts_local - v_time)) nulls last, f.starts_local
             limit 12) n;

    -- Day by day: it is nearly always the first.
    for v_next in select d::date from generate_series(
            (v_day + case when v_slots is null then 0 else 1 end)::timestamp,
            (v_day + 30)::timestamp, interval '1 day') d loop
        exit when exists (select from private.slots_free(p_call.client_id, v_next, v_next,
                                                         v_minutes));
        v_next := null;
    end loop;

    return json_build_object(
        'ok', true,
        'date', v_day,
        'slots', coalesce(v_slots, '[]'),
        'closed', not exists (select from private.hours_on(p_call.client_id, v_day)),
        'next_date', v_next,
        'next_slots', coalesce((
            select json_agg(private.local_text(n.starts_local))
              from (select f.starts_local
                      from private.slots_free(p_call.client_id, v_next, v_next, v_minutes) f
                     order by not private.is_in_part(f.starts_local::time, v_part),
                              f.starts_local
                     limit 12) n), '[]'));
end
$$;
