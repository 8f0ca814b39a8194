-- SPDX-License-Identifier: BSD-2-Clause
-- Up to three free slots near a local time that could not be had, nearest first.

create or replace function private.slots_near(
    p_client_id uuid, p_local timestamp, p_minutes int, p_except uuid default null)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_day date := coalesce(p_local, now())::date;
begin
    return coalesce((
        select json_agg(private.local_text(n.starts_local))
          from (select f.starts_local
                  from private.slots_free(p_client_id, v_day - 1, v_day + 14, p_minutes,
                                          p_except) f
                 order by abs(extract(epoch from f.starts_local - p_local)), f.starts_local
                 limit 3) n), '[]');
end
$$;

grant execute on function private.slots_near(uuid, timestamp, int, uuid) to frontdesk_worker;
