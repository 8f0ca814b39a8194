-- SPDX-License-Identifier: BSD-2-Clause
-- The months that calls are kept in, newest first.  What is older than the first or newer than the
-- last, and so in the default partition, is in their spans.

create or replace function private.calls_months()
returns table (month_from timestamptz, month_to timestamptz)
language sql stable
begin atomic
    select case when m.at = min(m.at) over () then '-infinity' else m.at end,
           coalesce(lead(m.at) over (order by m.at), 'infinity')
      from (select make_timestamptz(substr(right(c.relname::text, 7), 1, 4)::int,
                                    right(c.relname::text, 2)::int, 1, 0, 0, 0, 'UTC') as at
              from pg_catalog.pg_inherits i
              join pg_catalog.pg_class c on c.oid = i.inhrelid
             where i.inhparent = 'frontdesk.calls'::regclass
               and c.relname::text ~ '_[0-9]{4}_[0-9]{2}$') m
     order by m.at desc;
end;

grant execute on function private.calls_months() to frontdesk_api;
