-- SPDX-License-Identifier: BSD-2-Clause
-- Who begins the way to Google adds one, for itself and a client it may change.  Nobody reads them
-- but the functions of the way back: whoever comes back is nobody yet.

select private.policies_reset('frontdesk.oauth_state_tokens');

create policy oauth_state_tokens_add on frontdesk.oauth_state_tokens
    for insert to frontdesk_api
    with check (user_id is not distinct from (select private.user_id())
                and (calendar_client_id is null
                     or calendar_client_id = any (array(select private.writable_clients()))));

create policy oauth_state_tokens_of_definer on frontdesk.oauth_state_tokens
    to frontdesk_definer
    using (true) with check (true);

grant select, update, delete on frontdesk.oauth_state_tokens to frontdesk_definer;
grant insert on frontdesk.oauth_state_tokens to frontdesk_api;
