-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.contacts');

create policy contacts_of_my_clients on frontdesk.contacts
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select, insert on frontdesk.contacts to frontdesk_api;
grant select, insert, update (name) on frontdesk.contacts to frontdesk_worker;

create or replace trigger touch before update on frontdesk.contacts
    for each row execute function private.touch();
