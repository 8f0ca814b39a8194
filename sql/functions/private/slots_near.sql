-- SPDX-License-Identifier: BSD-2-Clause
-- Up to three free slots instead of a local time that could not be had: of the same day those
-- nearest to it, then of the days after, then of the day before; of each the nearest time first.

create or replace function private.slots_near(
    p_client_id uuid, p_local timestamp, p_minutes int, p_except uuid default null)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_client frontdesk.clients;
    v_today  date;
    v_day    date;
begin
    select c.* into v_client from frontdesk.clients c where c.id = p_client_id;
    v_today := timezone(v_client.timezone, now())::date;

    -- Beyond what can be booked, the nearest is at its edge.
    v_day := least(greatest(p_local::date, v_today), v_today + v_client.max_days_ahead);

    return coalesce((
        select json_agg(private.local_text(n.starts_local))
          from (select f.starts_local
                  from private.slots_free(p_client_id, v_day - 1, v_day + 14, p_minutes,
                                          p_except) f
                 order by f.starts_local::date < v_day,
                          abs(f.starts_local::date - v_day),
                          abs(extract(epoch from f.starts_local::time - p_local::time)),
                          f.starts_local
                 limit 3) n), '[]');
end
$$;

grant execute on function private.slots_near(uuid, timestamp, int, uuid)
    to frontdesk_api, frontdesk_worker;
