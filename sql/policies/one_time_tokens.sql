-- SPDX-License-Identifier: BSD-2-Clause
-- Only the functions that send and take links read and write these.

select private.policies_reset('frontdesk.one_time_tokens');

create policy one_time_tokens_of_definer on frontdesk.one_time_tokens
    to frontdesk_definer
    using (true) with check (true);

create policy one_time_tokens_of_mine on frontdesk.one_time_tokens
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

grant select, insert, update, delete on frontdesk.one_time_tokens to frontdesk_definer;
grant select (user_id, kind, email, created_at, expires_at, used_at)
    on frontdesk.one_time_tokens to frontdesk_api;
