-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.appointments');

create policy appointments_see on frontdesk.appointments
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy appointments_add on frontdesk.appointments
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy appointments_change on frontdesk.appointments
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy appointments_remove on frontdesk.appointments
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.appointments to frontdesk_api;
grant select, insert, update on frontdesk.appointments to frontdesk_worker;

create or replace trigger touch before update on frontdesk.appointments
    for each row execute function private.touch();

create or replace trigger appointment_blocks before insert or update on frontdesk.appointments
    for each row execute function private.appointment_blocks();

create or replace trigger audit after insert or update or delete on frontdesk.appointments
    for each row execute function private.audit_row('customer_name', 'customer_phone', 'notes');
