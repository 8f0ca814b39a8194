-- SPDX-License-Identifier: BSD-2-Clause
-- Only the functions of logins read and write these.

select private.policies_reset('frontdesk.login_failures');

create policy login_failures_of_definer on frontdesk.login_failures
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update, delete on frontdesk.login_failures to frontdesk_definer;
