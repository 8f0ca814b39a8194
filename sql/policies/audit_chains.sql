-- SPDX-License-Identifier: BSD-2-Clause
-- private.audit_seal() alone moves the end of a chain.

select private.policies_reset('frontdesk.audit_chains');

create policy audit_chains_of_definer on frontdesk.audit_chains
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update on frontdesk.audit_chains to frontdesk_definer;
