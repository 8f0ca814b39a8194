-- SPDX-License-Identifier: BSD-2-Clause
-- Each user's own.

select private.policies_reset('frontdesk.idempotency_keys');

create policy idempotency_keys_of_mine on frontdesk.idempotency_keys
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

create policy idempotency_keys_of_definer on frontdesk.idempotency_keys
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update on frontdesk.idempotency_keys to frontdesk_api;
grant select, insert, update, delete on frontdesk.idempotency_keys to frontdesk_definer;
