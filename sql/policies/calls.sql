-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients; private.calls_quiet() looks for lost ones of all.  Partitions are reached
-- through the table alone: nobody has grants on them.

select private.policies_reset('frontdesk.calls');

-- As "= any" the planner would take it for a second, and stronger, choice of few rows beside the
-- client that a list asks for, and then read and sort all of that client's.
create policy calls_see on frontdesk.calls
    for select to frontdesk_api, frontdesk_worker
    using (array_position(array(select private.visible_clients()), client_id) is not null);

create policy calls_add on frontdesk.calls
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy calls_change on frontdesk.calls
    for update to frontdesk_api, frontdesk_worker
    using (array_position(array(select private.visible_clients()), client_id) is not null)
    with check (client_id = any (array(select private.writable_clients())));

create policy calls_remove on frontdesk.calls
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

create policy calls_of_definer on frontdesk.calls
    for select to frontdesk_definer
    using (true);

-- private.call_mark() says what a call has led to.
create policy calls_mark_of_definer on frontdesk.calls
    for update to frontdesk_definer
    using (true) with check (true);

grant select, update (has_appointment, has_lead) on frontdesk.calls to frontdesk_definer;
grant select, insert, update on frontdesk.calls to frontdesk_api;
grant select, update on frontdesk.calls to frontdesk_worker;

alter table frontdesk.calls_default enable row level security, force row level security;
