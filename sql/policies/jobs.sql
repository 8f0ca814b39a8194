-- SPDX-License-Identifier: BSD-2-Clause
-- Admins see jobs and try dead ones again.  Workers do them, but not while they serve a call.

select private.policies_reset('frontdesk.jobs');

create policy jobs_of_admins on frontdesk.jobs
    to frontdesk_api
    using ((select private.user_is_admin()))
    with check ((select private.user_is_admin()));

create policy jobs_of_workers on frontdesk.jobs
    to frontdesk_worker
    using ((select coalesce(current_setting('frontdesk.client_id', true), '')) = '')
    with check ((select coalesce(current_setting('frontdesk.client_id', true), '')) = '');

create policy jobs_of_definer on frontdesk.jobs
    to frontdesk_definer
    using (true) with check (true);

-- An admin does not need payloads: they hold the links of other people's mails.
grant select (id, queue, for_client_id, unique_key, state, attempts, max_attempts, run_at, lease,
              lease_until, leased_by, last_error, created_at, finished_at),
      update (state, attempts, run_at, finished_at)
    on frontdesk.jobs to frontdesk_api;
grant select, update, delete on frontdesk.jobs to frontdesk_worker;
grant select, insert on frontdesk.jobs to frontdesk_definer;
