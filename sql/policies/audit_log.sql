-- SPDX-License-Identifier: BSD-2-Clause
-- Owners and managers see what happened to their clients, admins all.  Nobody writes here but
-- private.audit_seal(), and nobody changes or removes a row.

select private.policies_reset('frontdesk.audit_log');

create policy audit_log_see on frontdesk.audit_log
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.managed_clients()))
           or (select private.user_is_admin()));

create policy audit_log_of_definer on frontdesk.audit_log
    to frontdesk_definer
    using (true) with check (true);

grant select, insert on frontdesk.audit_log to frontdesk_definer;
grant select on frontdesk.audit_log to frontdesk_api;

create or replace trigger audit_frozen before update or delete on frontdesk.audit_log
    for each row execute function private.audit_frozen();

create or replace trigger audit_frozen_whole before truncate on frontdesk.audit_log
    for each statement execute function private.audit_frozen();
