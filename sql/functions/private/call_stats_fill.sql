-- SPDX-License-Identifier: BSD-2-Clause
-- Counts calls that ended before anybody counted; answers how many.  There are none after the
-- first time.

create or replace function private.call_stats_fill(p_client_id uuid, p_limit int) returns int
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_filled int;
begin
    update frontdesk.calls c
       set settled_at = c.settled_at  -- its trigger does the rest
      from (select u.id, u.created_at
              from frontdesk.calls u
             where u.client_id = p_client_id and u.settled_at is not null and u.stats_day is null
             limit p_limit) u
     where c.id = u.id and c.created_at = u.created_at;
    get diagnostics v_filled = row_count;
    return v_filled;
end
$$;

grant execute on function private.call_stats_fill(uuid, int) to frontdesk_worker;
