-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.phone_numbers');

create policy phone_numbers_see on frontdesk.phone_numbers
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy phone_numbers_add on frontdesk.phone_numbers
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy phone_numbers_change on frontdesk.phone_numbers
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy phone_numbers_remove on frontdesk.phone_numbers
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

create policy phone_numbers_of_definer on frontdesk.phone_numbers
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.phone_numbers to frontdesk_definer;
grant select, insert, update, delete on frontdesk.phone_numbers to frontdesk_api;
grant select on frontdesk.phone_numbers to frontdesk_worker;

create or replace trigger touch before update on frontdesk.phone_numbers
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.phone_numbers
    for each row execute function private.audit_row();
