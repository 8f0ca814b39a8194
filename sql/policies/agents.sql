-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.

select private.policies_reset('frontdesk.agents');

create policy agents_of_my_clients on frontdesk.agents
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

create policy agents_of_definer on frontdesk.agents
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.agents to frontdesk_definer;
grant select on frontdesk.agents to frontdesk_api, frontdesk_worker;

create or replace trigger touch before update on frontdesk.agents
    for each row execute function private.touch();
