-- SPDX-License-Identifier: BSD-2-Clause
-- api.audit_refusal() alone counts here.

select private.policies_reset('frontdesk.audit_refusals');

create policy audit_refusals_of_definer on frontdesk.audit_refusals
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update, delete on frontdesk.audit_refusals to frontdesk_definer;
