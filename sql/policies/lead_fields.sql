-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.lead_fields');

create policy lead_fields_of_my_clients on frontdesk.lead_fields
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.lead_fields to frontdesk_api;
grant select, insert, update on frontdesk.lead_fields to frontdesk_worker;
