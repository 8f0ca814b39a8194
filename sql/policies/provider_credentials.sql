-- SPDX-License-Identifier: BSD-2-Clause
-- Members see that there are some, owners change them; what they are is for workers alone.

select private.policies_reset('frontdesk.provider_credentials');

create policy provider_credentials_see on frontdesk.provider_credentials
    for select to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())));

create policy provider_credentials_add on frontdesk.provider_credentials
    for insert to frontdesk_api, frontdesk_worker
    with check (client_id = any (array(select private.owned_clients())));

create policy provider_credentials_change on frontdesk.provider_credentials
    for update to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.visible_clients())))
    with check (client_id = any (array(select private.owned_clients())));

create policy provider_credentials_remove on frontdesk.provider_credentials
    for delete to frontdesk_api, frontdesk_worker
    using (client_id = any (array(select private.owned_clients())));

-- worker.credentials_old() turns the key ring.
create policy provider_credentials_of_definer on frontdesk.provider_credentials
    for select to frontdesk_definer
    using (true);
create policy provider_credentials_reseal on frontdesk.provider_credentials
    for update to frontdesk_definer
    using (true)
    with check (true);

grant select, update (ciphertext) on frontdesk.provider_credentials to frontdesk_definer;
grant select (id, client_id, kind, provider, hint, created_at, updated_at, last_used_at)
    on frontdesk.provider_credentials to frontdesk_api;
grant insert, update (provider, ciphertext, hint), delete
    on frontdesk.provider_credentials to frontdesk_api;
grant select, insert, update, delete on frontdesk.provider_credentials to frontdesk_worker;

create or replace trigger touch before update on frontdesk.provider_credentials
    for each row execute function private.touch();

create or replace trigger audit after insert or update or delete on frontdesk.provider_credentials
    for each row execute function private.audit_row('last_used_at');
