-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.contacts');

create policy contacts_see on frontdesk.contacts
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy contacts_add on frontdesk.contacts
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy contacts_change on frontdesk.contacts
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy contacts_remove on frontdesk.contacts
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, delete, update (phone_number, name, notes, tags, is_blocked)
    on frontdesk.contacts to frontdesk_api;
grant select, insert, update (name) on frontdesk.contacts to frontdesk_worker;

create or replace trigger touch before update on frontdesk.contacts
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.contacts
    for each row execute function private.audit_row('phone_number', 'name', 'notes');
