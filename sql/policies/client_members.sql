-- SPDX-License-Identifier: BSD-2-Clause
-- Members see each other; owners say who is one; everybody may leave.

select private.policies_reset('frontdesk.client_members');

create policy client_members_of_definer on frontdesk.client_members
    to frontdesk_definer
    using (true) with check (true);

create policy client_members_see on frontdesk.client_members
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy client_members_add on frontdesk.client_members
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.owned_clients())));

create policy client_members_change on frontdesk.client_members
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.owned_clients())));

create policy client_members_remove on frontdesk.client_members
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.owned_clients()))
           or (client_id = any (array(select private.visible_clients()))
               and user_id = (select private.user_id()) and (select private.may_write())));

grant select, insert, update (role), delete on frontdesk.client_members to frontdesk_definer;
grant select, insert, update (role), delete on frontdesk.client_members to frontdesk_api;

create or replace trigger touch before update on frontdesk.client_members
    for each row execute function private.touch();

create or replace trigger member_guard before update or delete on frontdesk.client_members
    for each row execute function private.member_guard();

create or replace trigger audit after insert or update or delete on frontdesk.client_members
    for each row execute function private.audit_row();
