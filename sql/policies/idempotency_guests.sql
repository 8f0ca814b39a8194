-- SPDX-License-Identifier: BSD-2-Clause
-- Only the functions of keys read and write these.

select private.policies_reset('frontdesk.idempotency_guests');

create policy idempotency_guests_of_definer on frontdesk.idempotency_guests
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update, delete on frontdesk.idempotency_guests to frontdesk_definer;
