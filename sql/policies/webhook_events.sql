-- SPDX-License-Identifier: BSD-2-Clause
-- Of the platform: admins and workers see them.

select private.policies_reset('frontdesk.webhook_events');

create policy webhook_events_see on frontdesk.webhook_events
    for select to frontdesk_api
    using ((select private.user_is_admin()));

create policy webhook_events_work on frontdesk.webhook_events
    to frontdesk_worker
    using (true) with check (true);

grant select on frontdesk.webhook_events to frontdesk_api;
grant select, update on frontdesk.webhook_events to frontdesk_worker;
