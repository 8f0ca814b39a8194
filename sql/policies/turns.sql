-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients.  Workers write them.

select private.policies_reset('frontdesk.turns');

create policy turns_see on frontdesk.turns
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy turns_add on frontdesk.turns
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy turns_change on frontdesk.turns
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy turns_remove on frontdesk.turns
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

-- private.turns_find() looks for words, private.call_stats() for times.
create policy turns_of_definer on frontdesk.turns
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.turns to frontdesk_api, frontdesk_definer;
grant select, insert, update on frontdesk.turns to frontdesk_worker;

alter table frontdesk.turns_default enable row level security, force row level security;
