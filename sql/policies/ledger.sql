-- SPDX-License-Identifier: BSD-2-Clause
-- An owner sees its clients' ledgers.  Calls take and give back; only admins do the rest.

select private.policies_reset('frontdesk.ledger');

create policy ledger_see on frontdesk.ledger
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy ledger_add on frontdesk.ledger
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients()))
                and ((select private.user_is_admin())
                     or kind in ('reserve', 'charge', 'release')
                        and current_setting('frontdesk.client_id', true) <> ''));

create policy ledger_of_definer on frontdesk.ledger
    for select to frontdesk_definer
    using (true);

grant select on frontdesk.ledger to frontdesk_definer;
grant usage on sequence frontdesk.ledger_id_seq to frontdesk_definer;
grant select, insert on frontdesk.ledger to frontdesk_api, frontdesk_worker;

create or replace trigger ledger_apply before insert on frontdesk.ledger
    for each row execute function private.ledger_apply();

create or replace trigger ledger_frozen before update or delete on frontdesk.ledger
    for each row execute function private.ledger_frozen();

create or replace trigger ledger_frozen_whole before truncate on frontdesk.ledger
    for each statement execute function private.ledger_frozen();

create or replace trigger audit after insert on frontdesk.ledger
    for each row execute function private.audit_row();
