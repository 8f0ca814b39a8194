-- SPDX-License-Identifier: BSD-2-Clause
-- A user's own, whichever client they are for.

select private.policies_reset('frontdesk.api_keys');

create policy api_keys_of_definer on frontdesk.api_keys
    to frontdesk_definer
    using (true) with check (true);

create policy api_keys_of_mine on frontdesk.api_keys
    to frontdesk_api, frontdesk_worker
    using (user_id = (select private.user_id()))
    with check (user_id = (select private.user_id()));

-- Of a new one; one that is there already is revoked whatever became of its client.
create policy api_keys_for_seen on frontdesk.api_keys
    as restrictive for insert to frontdesk_api
    with check (only_client_id is null
                or only_client_id = any (array(select private.visible_clients())));

grant select, update on frontdesk.api_keys to frontdesk_definer;
grant select (id, user_id, only_client_id, name, prefix, read_only, created_at, expires_at,
              last_used_at, revoked_at)
    on frontdesk.api_keys to frontdesk_api;
grant insert (user_id, only_client_id, name, prefix, key_hash, read_only, expires_at),
      update (revoked_at)
    on frontdesk.api_keys to frontdesk_api;

create or replace trigger audit after insert or update or delete on frontdesk.api_keys
    for each row execute function private.audit_row();
