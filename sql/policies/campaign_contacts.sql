-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.campaign_contacts');

create policy campaign_contacts_see on frontdesk.campaign_contacts
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy campaign_contacts_add on frontdesk.campaign_contacts
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy campaign_contacts_change on frontdesk.campaign_contacts
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy campaign_contacts_remove on frontdesk.campaign_contacts
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.campaign_contacts to frontdesk_api;
grant select, update on frontdesk.campaign_contacts to frontdesk_worker;

create or replace trigger touch before update on frontdesk.campaign_contacts
    for each row execute function private.touch();
