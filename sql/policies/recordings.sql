-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.  Workers write them.

select private.policies_reset('frontdesk.recordings');

create policy recordings_see on frontdesk.recordings
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy recordings_add on frontdesk.recordings
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy recordings_change on frontdesk.recordings
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy recordings_remove on frontdesk.recordings
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select on frontdesk.recordings to frontdesk_api;
grant select, insert, update on frontdesk.recordings to frontdesk_worker;
