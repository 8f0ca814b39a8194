-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients; the trigger call_stats on calls counts, and nobody else.

select private.policies_reset('frontdesk.latency_stats');

create policy latency_stats_see on frontdesk.latency_stats
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy latency_stats_of_definer on frontdesk.latency_stats
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update on frontdesk.latency_stats to frontdesk_definer;
grant select on frontdesk.latency_stats to frontdesk_api;
