-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.lead_fields');

create policy lead_fields_see on frontdesk.lead_fields
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy lead_fields_add on frontdesk.lead_fields
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy lead_fields_change on frontdesk.lead_fields
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy lead_fields_remove on frontdesk.lead_fields
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.lead_fields to frontdesk_api;
grant select, insert, update on frontdesk.lead_fields to frontdesk_worker;

create or replace trigger audit after insert or update or delete on frontdesk.lead_fields
    for each row execute function private.audit_row('value');
