-- SPDX-License-Identifier: BSD-2-Clause
-- The free slots of a client from one date to another, in its local time, for an appointment of so
-- many minutes.  A slot starts on the client's step counted from opening, ends before closing, is
-- far enough ahead and not too far, and its buffers touch no other appointment's.
--
-- Steps are counted on the clock on the wall.  When clocks go forward, the hour that is not there
-- has no slots (its times do not survive the way to UTC and back); when they go back, the hour that
-- comes twice has them once.
--
-- Postgres takes the series for long ones and would compile the query, which takes longer than
-- running it a hundred times: jit is off.

create or replace function private.slots_free(
    p_client_id uuid, p_from date, p_to date, p_minutes int, p_except uuid default null)
returns table (starts_at timestamptz, starts_local timestamp)
language plpgsql stable set search_path = pg_catalog, pg_temp set jit = off as $$
#variable_conflict use_column
declare
    v_client frontdesk.clients;
    v_today  date;
    v_busy   tstzmultirange;
begin
    select c.* into v_client from frontdesk.clients c where c.id = p_client_id;
    v_today := timezone(v_client.timezone, now())::date;

    -- Read once, a day wider than any zone and buffer needs; compared with each slot in memory.
    select coalesce(range_agg(a.blocks), '{}') into v_busy
      from frontdesk.appointments a
     where a.client_id = p_client_id
       and a.resource = 'main'
       and a.status in ('held', 'confirmed')
       and a.id is distinct from p_except
       and a.blocks && tstzrange(timezone('UTC', p_from::timestamp) - interval '2 days',
                                 timezone('UTC', p_to::timestamp) + interval '3 days');

    return query
    select s.starts_at, s.starts_local
      from generate_series(greatest(p_from, v_today)::timestamp,
                           least(p_to, v_today + v_client.max_days_ahead)::timestamp,
                           interval '1 day') d (midnight)
     cross join lateral private.hours_on(p_client_id, d.midnight::date) h
     cross join lateral generate_series(
               d.midnight + h.opens::interval,
               d.midnight + h.closes::interval - make_interval(mins => p_minutes),
               make_interval(mins => v_client.slot_step_minutes)) l (starts_local)
     cross join lateral (select l.starts_local,
                                timezone(v_client.timezone, l.starts_local) as starts_at) s
     where timezone(v_client.timezone, s.starts_at) = s.starts_local
       and s.starts_at + make_interval(mins => p_minutes)
           <= timezone(v_client.timezone, d.midnight + h.closes::interval)
       and s.starts_at >= now() + make_interval(mins => v_client.lead_minutes)
       and not v_busy && tstzrange(
               s.starts_at - make_interval(mins => v_client.buffer_before_minutes),
               s.starts_at + make_interval(mins => p_minutes + v_client.buffer_after_minutes))
     order by s.starts_at;
end
$$;

grant execute on function private.slots_free(uuid, date, date, int, uuid)
    to frontdesk_api, frontdesk_worker;
