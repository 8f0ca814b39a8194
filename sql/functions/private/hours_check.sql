-- SPDX-License-Identifier: BSD-2-Clause
-- Weekly hours as they were sent, {"weekday", "opens", "closes"} each, in order and written alike;
-- or the refusal that names the interval which is wrong.  An interval ends by midnight, 24:00.

create or replace function private.hours_check(p_hours jsonb, p_field text) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_clock  constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$';
    v_item   jsonb;
    v_at     text;
    v_number int;
    v_hours  jsonb;
begin
    if jsonb_typeof(p_hours) <> 'array' or jsonb_array_length(p_hours) > 100 then
        perform private.refuse(422, 'Hours are a list of at most 100 intervals.', p_field);
    end if;

    for v_item, v_number in
        select h.value, h.n::int - 1 from jsonb_array_elements(p_hours) with ordinality h (value, n)
    loop
        v_at := format('%s[%s]', p_field, v_number);
        if coalesce(v_item ->> 'weekday', '') !~ '^[1-7]$' then
            perform private.refuse(422, 'A weekday is 1 (Monday) to 7 (Sunday).',
                                   v_at || '.weekday');
        end if;
        if coalesce(v_item ->> 'opens', '') !~ v_clock then
            perform private.refuse(422, 'A time is written as 09:00.', v_at || '.opens');
        end if;
        if coalesce(v_item ->> 'closes', '') !~ v_clock
            and v_item ->> 'closes' is distinct from '24:00' then
            perform private.refuse(422, 'A time is written as 17:00.', v_at || '.closes');
        end if;
        if (v_item ->> 'closes')::time <= (v_item ->> 'opens')::time then
            perform private.refuse(422, 'Closing comes after opening; hours past midnight are the '
                                        'next day''s.', v_at || '.closes');
        end if;
        if exists (select from jsonb_array_elements(p_hours) with ordinality o (value, n)
                    where o.n <= v_number
                      and o.value ->> 'weekday' = v_item ->> 'weekday'
                      and (o.value ->> 'opens')::time < (v_item ->> 'closes')::time
                      and (v_item ->> 'opens')::time < (o.value ->> 'closes')::time) then
            perform private.refuse(422, 'This overlaps with other hours of the day.', v_at);
        end if;
    end loop;

    select jsonb_agg(jsonb_build_object('weekday', (h.value ->> 'weekday')::int,
                                        'opens', h.value ->> 'opens',
                                        'closes', h.value ->> 'closes')
                     order by h.value ->> 'weekday', h.value ->> 'opens')
      into v_hours
      from jsonb_array_elements(p_hours) h (value);
    return coalesce(v_hours, '[]');
end
$$;

grant execute on function private.hours_check(jsonb, text) to frontdesk_api;
