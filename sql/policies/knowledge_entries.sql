-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.knowledge_entries');

create policy knowledge_entries_of_my_clients on frontdesk.knowledge_entries
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.knowledge_entries to frontdesk_api, frontdesk_worker;

create or replace trigger touch before update on frontdesk.knowledge_entries
    for each row execute function private.touch();

create or replace trigger knowledge_index before insert or update on frontdesk.knowledge_entries
    for each row execute function private.knowledge_index();
