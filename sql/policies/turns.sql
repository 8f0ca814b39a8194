-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.  Workers write them.

select private.policies_reset('frontdesk.turns');

create policy turns_of_my_clients on frontdesk.turns
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select on frontdesk.turns to frontdesk_api;
grant select, insert, update on frontdesk.turns to frontdesk_worker;

alter table frontdesk.turns_default enable row level security, force row level security;
