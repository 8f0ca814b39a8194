-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.  Written once.

select private.policies_reset('frontdesk.call_events');

create policy call_events_of_my_clients on frontdesk.call_events
    to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.visible_clients())));

grant select, insert on frontdesk.call_events to frontdesk_api, frontdesk_worker;
grant usage on sequence frontdesk.call_events_id to frontdesk_api, frontdesk_worker;

alter table frontdesk.call_events_default enable row level security, force row level security;
