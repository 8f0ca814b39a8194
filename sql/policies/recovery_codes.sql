-- SPDX-License-Identifier: BSD-2-Clause
-- Only the functions of logins and of a user's own account read and write these.

select private.policies_reset('frontdesk.recovery_codes');

create policy recovery_codes_of_definer on frontdesk.recovery_codes
    to frontdesk_definer
    using (true) with check (true);

create policy recovery_codes_of_mine on frontdesk.recovery_codes
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

grant select, insert, update, delete on frontdesk.recovery_codes to frontdesk_definer;
grant select (user_id, used_at) on frontdesk.recovery_codes to frontdesk_api;
