-- SPDX-License-Identifier: BSD-2-Clause
-- From private.audit_add() to private.audit_seal(), within one transaction.

select private.policies_reset('frontdesk.audit_pending');

create policy audit_pending_of_definer on frontdesk.audit_pending
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, delete on frontdesk.audit_pending to frontdesk_definer;

drop trigger if exists audit_seal on frontdesk.audit_pending;
create constraint trigger audit_seal after insert on frontdesk.audit_pending
    deferrable initially deferred
    for each row execute function private.audit_seal();
