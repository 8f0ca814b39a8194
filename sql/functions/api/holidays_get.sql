-- SPDX-License-Identifier: BSD-2-Clause
-- The dates on which a client's hours are not those of the week; without opens, it is closed.

create or replace function api.holidays_get(p_client_id uuid)
returns table (client_id uuid, holidays json)
language sql stable rows 1
begin atomic
    select c.id,
           (select coalesce(json_agg(json_build_object('day', h.day, 'name', h.name,
                                                       'opens', to_char(h.opens, 'HH24:MI'),
                                                       'closes', to_char(h.closes, 'HH24:MI'))
                                     order by h.day, h.opens), '[]')
              from frontdesk.holiday_hours h where h.client_id = c.id)
      from frontdesk.clients c
     where c.id = (select private.client_seen(p_client_id));
end;
