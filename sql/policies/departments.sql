-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.departments');

create policy departments_see on frontdesk.departments
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy departments_add on frontdesk.departments
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy departments_change on frontdesk.departments
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy departments_remove on frontdesk.departments
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.departments to frontdesk_api;
grant select on frontdesk.departments to frontdesk_worker;

create or replace trigger touch before update on frontdesk.departments
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.departments
    for each row execute function private.audit_row();
