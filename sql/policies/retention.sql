-- SPDX-License-Identifier: BSD-2-Clause
-- How long those of my clients keep what.

select private.policies_reset('frontdesk.retention');

create policy retention_see on frontdesk.retention
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy retention_add on frontdesk.retention
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy retention_change on frontdesk.retention
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy retention_remove on frontdesk.retention
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert on frontdesk.retention to frontdesk_api;
grant update (transcript_days, call_days, recording_days) on frontdesk.retention to frontdesk_api;

create or replace trigger touch before update on frontdesk.retention
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.retention
    for each row execute function private.audit_row();
