-- SPDX-License-Identifier: BSD-2-Clause
-- When a client is open in a week, in its time zone.

create or replace function api.business_hours_get(p_client_id uuid)
returns table (client_id uuid, timezone text, hours json)
language sql stable rows 1
begin atomic
    select c.id, c.timezone,
           (select coalesce(json_agg(json_build_object('weekday', b.weekday,
                                                       'opens', to_char(b.opens, 'HH24:MI'),
                                                       'closes', to_char(b.closes, 'HH24:MI'))
                                     order by b.weekday, b.opens), '[]')
              from frontdesk.business_hours b where b.client_id = c.id)
      from frontdesk.clients c
     where c.id = (select private.client_seen(p_client_id));
end;
