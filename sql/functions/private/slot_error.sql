-- SPDX-License-Identifier: BSD-2-Clause
-- Why an appointment can not start at a local time, whoever else is booked; null when it can.

create or replace function private.slot_error(
    p_client_id uuid, p_local timestamp, p_minutes int)
returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_client frontdesk.clients;
    v_at     timestamptz;
    v_opens  timestamp;
begin
    select c.* into v_client from frontdesk.clients c where c.id = p_client_id;
    v_at := timezone(v_client.timezone, p_local);

    -- The second: an hour that is skipped when clocks go forward.
    if p_local is null or timezone(v_client.timezone, v_at) <> p_local then
        return 'invalid';
    end if;
    if v_at < now() + make_interval(mins => v_client.lead_minutes) then
        return 'past';
    end if;
    if p_local::date > timezone(v_client.timezone, now())::date + v_client.max_days_ahead then
        return 'too_far';
    end if;

    select p_local::date + h.opens into v_opens
      from private.hours_on(p_client_id, p_local::date) h
     where p_local >= p_local::date + h.opens
       and v_at + make_interval(mins => p_minutes)
           <= timezone(v_client.timezone, p_local::date + h.closes::interval);
    if not found then
        return 'closed';
    end if;
    if extract(epoch from p_local - v_opens)::int % (v_client.slot_step_minutes * 60) <> 0 then
        return 'invalid';
    end if;
    return null;
end
$$;

grant execute on function private.slot_error(uuid, timestamp, int) to frontdesk_worker;
