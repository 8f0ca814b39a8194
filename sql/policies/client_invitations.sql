-- SPDX-License-Identifier: BSD-2-Clause
-- Owners invite; api.invitation_accept() looks one up by its token.

select private.policies_reset('frontdesk.client_invitations');

create policy client_invitations_of_definer on frontdesk.client_invitations
    to frontdesk_definer
    using (true) with check (true);

create policy client_invitations_see on frontdesk.client_invitations
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy client_invitations_add on frontdesk.client_invitations
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.owned_clients())));

create policy client_invitations_change on frontdesk.client_invitations
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.owned_clients())));

create policy client_invitations_remove on frontdesk.client_invitations
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.owned_clients())));

grant select, update (accepted_at) on frontdesk.client_invitations to frontdesk_definer;
grant select (id, client_id, email, role, invited_by, created_at, expires_at, accepted_at),
      insert, update (role, token_hash, invited_by, created_at, expires_at), delete
    on frontdesk.client_invitations to frontdesk_api;

create or replace trigger audit after insert or update or delete on frontdesk.client_invitations
    for each row execute function private.audit_row('email');
