-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.  Written once.

select private.policies_reset('frontdesk.call_events');

create policy call_events_see on frontdesk.call_events
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy call_events_add on frontdesk.call_events
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy call_events_change on frontdesk.call_events
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy call_events_remove on frontdesk.call_events
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select, insert on frontdesk.call_events to frontdesk_api, frontdesk_worker;
grant usage on sequence frontdesk.call_events_id to frontdesk_api, frontdesk_worker;

alter table frontdesk.call_events_default enable row level security, force row level security;
