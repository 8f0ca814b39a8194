-- SPDX-License-Identifier: BSD-2-Clause
-- Holidays as they were sent; the refusal names the one that is wrong.  A date is closed, or has
-- intervals that do not overlap.

create or replace function private.holidays_check(p_holidays jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_clock  constant text := '^([01][0-9]|2[0-3]):[0-5][0-9]$';
    v_item   jsonb;
    v_number int;
    v_at     text;
begin
    if jsonb_typeof(p_holidays) <> 'array' or jsonb_array_length(p_holidays) > 500 then
        perform private.refuse(422, 'Holidays are a list of at most 500.', 'holidays');
    end if;

    for v_item, v_number in
        select h.value, h.n::int - 1
          from jsonb_array_elements(p_holidays) with ordinality h (value, n)
    loop
        v_at := format('holidays[%s]', v_number);
        begin
            if coalesce(v_item ->> 'day', '') !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
                raise exception using errcode = '22007';
            end if;
            perform (v_item ->> 'day')::date;
        exception when data_exception then
            perform private.refuse(422, 'A date is written as 2026-12-25.', v_at || '.day');
        end;
        if length(v_item ->> 'name') > 200 then
            perform private.refuse(422, 'A name has at most 200 characters.', v_at || '.name');
        end if;
        if (v_item ->> 'opens' is null) <> (v_item ->> 'closes' is null) then
            perform private.refuse(422, 'A date has both times, or none: closed.', v_at);
        end if;
        if v_item ->> 'opens' !~ v_clock then
            perform private.refuse(422, 'A time is written as 09:00.', v_at || '.opens');
        end if;
        if v_item ->> 'closes' !~ v_clock and v_item ->> 'closes' <> '24:00' then
            perform private.refuse(422, 'A time is written as 17:00.', v_at || '.closes');
        end if;
        if (v_item ->> 'closes')::time <= (v_item ->> 'opens')::time then
            perform private.refuse(422, 'Closing comes after opening.', v_at || '.closes');
        end if;
        if exists (select from jsonb_array_elements(p_holidays) with ordinality o (value, n)
                    where o.n <= v_number
                      and o.value ->> 'day' = v_item ->> 'day'
                      and coalesce((o.value ->> 'opens')::time < (v_item ->> 'closes')::time
                                   and (v_item ->> 'opens')::time < (o.value ->> 'closes')::time,
                                   true)) then
            perform private.refuse(422, 'This date has other hours already.', v_at);
        end if;
    end loop;
    return p_holidays;
end
$$;

grant execute on function private.holidays_check(jsonb) to frontdesk_api;
