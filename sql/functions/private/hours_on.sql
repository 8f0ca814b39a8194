-- SPDX-License-Identifier: BSD-2-Clause
-- The intervals in which a client is open on one date of its calendar; none: closed.  A holiday's
-- rows replace those of the weekday.

create or replace function private.hours_on(p_client_id uuid, p_day date)
returns table (opens time, closes time)
language sql stable
begin atomic
    select h.opens, h.closes
      from frontdesk.holiday_hours h
     where h.client_id = p_client_id and h.day = p_day and h.opens is not null
    union all
    select b.opens, b.closes
      from frontdesk.business_hours b
     where b.client_id = p_client_id
       and b.weekday = extract(isodow from p_day)::int
       and not exists (select from frontdesk.holiday_hours h
                        where h.client_id = p_client_id and h.day = p_day)
     order by 1;
end;

grant execute on function private.hours_on(uuid, date) to frontdesk_api, frontdesk_worker;
