-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.knowledge_entries');

create policy knowledge_entries_see on frontdesk.knowledge_entries
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy knowledge_entries_add on frontdesk.knowledge_entries
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy knowledge_entries_change on frontdesk.knowledge_entries
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy knowledge_entries_remove on frontdesk.knowledge_entries
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert, update, delete on frontdesk.knowledge_entries to frontdesk_api;
grant select on frontdesk.knowledge_entries to frontdesk_worker;

create or replace trigger touch before update on frontdesk.knowledge_entries
    for each row execute function private.touch();

create or replace trigger knowledge_index before insert or update on frontdesk.knowledge_entries
    for each row execute function private.knowledge_index();

create or replace trigger audit after insert or update or delete on frontdesk.knowledge_entries
    for each row execute function private.audit_row();
