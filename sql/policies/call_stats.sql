-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients; the trigger call_stats on calls counts, and nobody else.

select private.policies_reset('frontdesk.call_stats');

create policy call_stats_see on frontdesk.call_stats
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy call_stats_of_definer on frontdesk.call_stats
    to frontdesk_definer
    using (true) with check (true);

grant select, insert, update on frontdesk.call_stats to frontdesk_definer;
grant select on frontdesk.call_stats to frontdesk_api;

-- Calls are counted as they end, and are marked by what they lead to.
create or replace trigger call_stats before insert or update on frontdesk.calls
    for each row execute function private.call_stats();
create or replace trigger call_mark after insert on frontdesk.leads
    for each row when (new.call_id is not null) execute function private.call_mark('has_lead');
create or replace trigger call_mark after insert on frontdesk.appointments
    for each row when (new.call_id is not null)
    execute function private.call_mark('has_appointment');
