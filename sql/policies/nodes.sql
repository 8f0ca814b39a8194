-- SPDX-License-Identifier: BSD-2-Clause
-- Machines of the platform: an admin sees them; workers say that they are alive.

select private.policies_reset('frontdesk.nodes');

create policy nodes_of_admins on frontdesk.nodes
    to frontdesk_api
    using ((select private.user_is_admin()))
    with check ((select private.user_is_admin()));

create policy nodes_of_workers on frontdesk.nodes
    to frontdesk_worker
    using (true) with check (true);

grant select on frontdesk.nodes to frontdesk_api;
grant select, insert, update on frontdesk.nodes to frontdesk_worker;

-- api.admin_dashboard()
create policy nodes_of_definer on frontdesk.nodes
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.nodes to frontdesk_definer;
