-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients; a version is added and published, and not changed otherwise.

select private.policies_reset('frontdesk.agent_versions');

create policy agent_versions_see on frontdesk.agent_versions
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy agent_versions_add on frontdesk.agent_versions
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy agent_versions_publish on frontdesk.agent_versions
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy agent_versions_remove on frontdesk.agent_versions
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

-- A version goes with its agent alone.
grant select, insert, update (published_at) on frontdesk.agent_versions to frontdesk_api;
grant select on frontdesk.agent_versions to frontdesk_worker;

-- Whatever changes an agent, its new state becomes a version.
create or replace trigger agent_version_number before update on frontdesk.agents
    for each row execute function private.agent_version();

create or replace trigger agent_version_keep after insert or update on frontdesk.agents
    for each row execute function private.agent_version();

-- What is in a version is kept there already.
create or replace trigger audit after insert or update or delete on frontdesk.agent_versions
    for each row execute function private.audit_row('snapshot');
