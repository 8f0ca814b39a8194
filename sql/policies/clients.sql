-- SPDX-License-Identifier: BSD-2-Clause
-- An owner sees and changes its clients and keeps them its own; an admin all; a call its own.

select private.policies_reset('frontdesk.clients');

create policy clients_of_definer on frontdesk.clients
    to frontdesk_definer
    using (true) with check (true);

create policy clients_of_mine on frontdesk.clients
    to frontdesk_api, frontdesk_worker
    using (id = any (array(select private.visible_clients())))
    with check (owner_user_id = (select private.user_id()) or (select private.user_is_admin()));

grant select, update (balance_seconds) on frontdesk.clients to frontdesk_definer;
grant select on frontdesk.clients to frontdesk_api, frontdesk_worker;

create or replace trigger touch before update on frontdesk.clients
    for each row execute function private.touch();

create or replace trigger balance_guard
    before insert or update of balance_seconds on frontdesk.clients
    for each row execute function private.balance_guard();
