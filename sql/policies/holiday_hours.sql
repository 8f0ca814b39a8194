-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.holiday_hours');

create policy holiday_hours_see on frontdesk.holiday_hours
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy holiday_hours_add on frontdesk.holiday_hours
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy holiday_hours_change on frontdesk.holiday_hours
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy holiday_hours_remove on frontdesk.holiday_hours
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.holiday_hours to frontdesk_api;
grant select on frontdesk.holiday_hours to frontdesk_worker;

create or replace trigger audit after insert or update or delete on frontdesk.holiday_hours
    for each row execute function private.audit_row();
