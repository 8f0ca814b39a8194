-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.transfer_targets');

create policy transfer_targets_see on frontdesk.transfer_targets
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy transfer_targets_add on frontdesk.transfer_targets
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy transfer_targets_change on frontdesk.transfer_targets
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy transfer_targets_remove on frontdesk.transfer_targets
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.transfer_targets to frontdesk_api;
grant select on frontdesk.transfer_targets to frontdesk_worker;

create or replace trigger touch before update on frontdesk.transfer_targets
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.transfer_targets
    for each row execute function private.audit_row();
