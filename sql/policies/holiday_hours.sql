-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.holiday_hours');

create policy holiday_hours_of_my_clients on frontdesk.holiday_hours
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.holiday_hours to frontdesk_api, frontdesk_worker;
