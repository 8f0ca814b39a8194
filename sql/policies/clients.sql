-- SPDX-License-Identifier: BSD-2-Clause
-- Members see a client, its owners and managers change it, its owners remove it; a client stays
-- with one of its owners.  A call sees its own.

select private.policies_reset('frontdesk.clients');

create policy clients_of_definer on frontdesk.clients
    to frontdesk_definer
    using (true) with check (true);

create policy clients_see on frontdesk.clients
    for select to frontdesk_api, frontdesk_worker
    using (id = any (array(select private.visible_clients())));

-- A new one is its maker's.
create policy clients_add on frontdesk.clients
    for insert to frontdesk_api, frontdesk_worker
    with check ((select private.may_write())
                and coalesce(current_setting('frontdesk.key_client_id', true), '') = ''
                and (owner_user_id = (select private.user_id())
                     or (select private.user_is_admin())));

create policy clients_change on frontdesk.clients
    for update to frontdesk_api, frontdesk_worker
    using (id = any (array(select private.visible_clients())))
    with check (id = any (array(select private.writable_clients()))
                and private.client_has_owner(id, owner_user_id));

create policy clients_remove on frontdesk.clients
    for delete to frontdesk_api, frontdesk_worker
    using (id = any (array(select private.owned_clients())));

grant select, update (balance_seconds, owner_user_id) on frontdesk.clients to frontdesk_definer;
-- The balance is the ledger's.
grant select, insert,
      update (owner_user_id, name, owner_phone, timezone, calendar_id, routing, voice_mode,
              ring_seconds, slot_step_minutes, buffer_before_minutes, buffer_after_minutes,
              lead_minutes, max_days_ahead, appointment_minutes, is_active, is_suspended,
              deleted_at)
    on frontdesk.clients to frontdesk_api;
grant select on frontdesk.clients to frontdesk_worker;

create or replace trigger touch before update on frontdesk.clients
    for each row execute function private.touch();

create or replace trigger balance_guard
    before insert or update of balance_seconds on frontdesk.clients
    for each row execute function private.balance_guard();

create or replace trigger client_owner after insert or update of owner_user_id on frontdesk.clients
    for each row execute function private.client_owner();

create or replace trigger client_removed after update of deleted_at on frontdesk.clients
    for each row when (old.deleted_at is null and new.deleted_at is not null)
    execute function private.client_removed();

create or replace trigger audit after insert or update or delete on frontdesk.clients
    for each row execute function private.audit_row();
