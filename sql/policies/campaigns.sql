-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.campaigns');

create policy campaigns_see on frontdesk.campaigns
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy campaigns_add on frontdesk.campaigns
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy campaigns_change on frontdesk.campaigns
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy campaigns_remove on frontdesk.campaigns
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.campaigns to frontdesk_api;
grant select, update on frontdesk.campaigns to frontdesk_worker;

create or replace trigger touch before update on frontdesk.campaigns
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.campaigns
    for each row execute function private.audit_row();
