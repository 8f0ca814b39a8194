-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.services');

create policy services_see on frontdesk.services
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy services_add on frontdesk.services
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy services_change on frontdesk.services
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy services_remove on frontdesk.services
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.services to frontdesk_api;
grant select on frontdesk.services to frontdesk_worker;

create or replace trigger touch before update on frontdesk.services
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.services
    for each row execute function private.audit_row();
