-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.leads');

create policy leads_see on frontdesk.leads
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy leads_add on frontdesk.leads
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy leads_change on frontdesk.leads
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy leads_remove on frontdesk.leads
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, delete,
    update (name, phone, email, reason, callback_preference, status, notes)
    on frontdesk.leads to frontdesk_api;
grant select, insert, update on frontdesk.leads to frontdesk_worker;

create or replace trigger touch before update on frontdesk.leads
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.leads
    for each row execute function private.audit_row('name', 'phone', 'email', 'reason',
                                                    'callback_preference', 'notes');
