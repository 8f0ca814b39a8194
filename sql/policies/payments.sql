-- SPDX-License-Identifier: BSD-2-Clause
-- An owner sees its clients' payments; who asks for one adds it, and workers say what became of it.

select private.policies_reset('frontdesk.payments');

create policy payments_see on frontdesk.payments
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy payments_add on frontdesk.payments
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy payments_change on frontdesk.payments
    for update to frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy payments_of_definer on frontdesk.payments
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.payments to frontdesk_definer;
grant select, insert on frontdesk.payments to frontdesk_api;
grant select, insert, update on frontdesk.payments to frontdesk_worker;
