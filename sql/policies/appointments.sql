-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.appointments');

create policy appointments_of_my_clients on frontdesk.appointments
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.appointments to frontdesk_api;
grant select, insert, update on frontdesk.appointments to frontdesk_worker;

create or replace trigger touch before update on frontdesk.appointments
    for each row execute function private.touch();

create or replace trigger appointment_blocks before insert or update on frontdesk.appointments
    for each row execute function private.appointment_blocks();
