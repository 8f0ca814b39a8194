-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.agents');

create policy agents_see on frontdesk.agents
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy agents_add on frontdesk.agents
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy agents_change on frontdesk.agents
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy agents_remove on frontdesk.agents
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

create policy agents_of_definer on frontdesk.agents
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.agents to frontdesk_definer;
grant select, insert, update, delete on frontdesk.agents to frontdesk_api;
grant select on frontdesk.agents to frontdesk_worker;

create or replace trigger touch before update on frontdesk.agents
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.agents
    for each row execute function private.audit_row();
