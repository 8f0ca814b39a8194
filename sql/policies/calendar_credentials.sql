-- SPDX-License-Identifier: BSD-2-Clause
-- Those of my clients; what they are is for workers alone.

select private.policies_reset('frontdesk.calendar_credentials');

create policy calendar_credentials_see on frontdesk.calendar_credentials
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy calendar_credentials_add on frontdesk.calendar_credentials
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.writable_clients())));

create policy calendar_credentials_change on frontdesk.calendar_credentials
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.writable_clients())));

create policy calendar_credentials_remove on frontdesk.calendar_credentials
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.writable_clients())));

grant select (id, client_id, credential_type, account_email, scopes, created_at, updated_at,
              last_used_at) on frontdesk.calendar_credentials to frontdesk_api;
grant delete on frontdesk.calendar_credentials to frontdesk_api;
grant select, insert, update, delete on frontdesk.calendar_credentials to frontdesk_worker;

create or replace trigger touch before update on frontdesk.calendar_credentials
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.calendar_credentials
    for each row execute function private.audit_row('last_used_at');
