-- SPDX-License-Identifier: BSD-2-Clause
-- A span of time as it is asked for: the thirty days up to now when it is not said, a year and a
-- day at most.

create or replace function private.span_check(p_from timestamptz, p_to timestamptz)
returns tstzrange
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_to   timestamptz := coalesce(p_to, now() + interval '1 s');  -- this second is in it
    v_from timestamptz := coalesce(p_from, v_to - interval '30 days');
begin
    if v_from >= v_to then
        perform private.refuse(422, 'The end must be after the start.', 'to');
    elsif v_to - v_from > interval '367 days' then
        perform private.refuse(422, 'This is more than a year.', 'from');
    end if;
    return tstzrange(v_from, v_to);
end
$$;

grant execute on function private.span_check(timestamptz, timestamptz)
    to frontdesk_definer, frontdesk_api;
