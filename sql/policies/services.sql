-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.services');

create policy services_of_my_clients on frontdesk.services
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.services to frontdesk_api, frontdesk_worker;

create or replace trigger touch before update on frontdesk.services
    for each row execute function private.touch();
