-- SPDX-License-Identifier: BSD-2-Clause
-- Admins see them; private.erase_user() writes them.

select private.policies_reset('frontdesk.user_erasures');

create policy user_erasures_see on frontdesk.user_erasures
    for select to frontdesk_api
    using ((select private.user_is_admin()));

grant select on frontdesk.user_erasures to frontdesk_api;
