-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients; private.call_find() looks one up to know the client.

select private.policies_reset('frontdesk.call_keys');

create policy call_keys_see on frontdesk.call_keys
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy call_keys_add on frontdesk.call_keys
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy call_keys_change on frontdesk.call_keys
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy call_keys_remove on frontdesk.call_keys
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

create policy call_keys_of_definer on frontdesk.call_keys
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.call_keys to frontdesk_definer;
grant select, insert on frontdesk.call_keys to frontdesk_api;
grant select on frontdesk.call_keys to frontdesk_worker;

create or replace trigger audit after delete on frontdesk.call_keys
    for each row execute function private.audit_row();
