-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.leads');

create policy leads_of_my_clients on frontdesk.leads
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.leads to frontdesk_api;
grant select, insert, update on frontdesk.leads to frontdesk_worker;

create or replace trigger touch before update on frontdesk.leads
    for each row execute function private.touch();
