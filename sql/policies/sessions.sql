-- SPDX-License-Identifier: BSD-2-Clause
-- A user sees its own; only the functions of logins write.

select private.policies_reset('frontdesk.sessions');

create policy sessions_of_definer on frontdesk.sessions
    to frontdesk_definer
    using (true) with check (true);

create policy sessions_of_mine on frontdesk.sessions
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

grant select, insert, update, delete on frontdesk.sessions to frontdesk_definer;
grant select, update (revoked_at) on frontdesk.sessions to frontdesk_api;
