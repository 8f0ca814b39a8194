-- SPDX-License-Identifier: BSD-2-Clause
-- Only the session functions read and write these; a user may see its own.

select private.policies_reset('frontdesk.refresh_tokens');

create policy refresh_tokens_of_definer on frontdesk.refresh_tokens
    to frontdesk_definer
    using (true) with check (true);

create policy refresh_tokens_of_mine on frontdesk.refresh_tokens
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

grant select, insert, update on frontdesk.refresh_tokens to frontdesk_definer;
