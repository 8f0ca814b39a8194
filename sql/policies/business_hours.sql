-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.business_hours');

create policy business_hours_of_my_clients on frontdesk.business_hours
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.business_hours to frontdesk_api, frontdesk_worker;
