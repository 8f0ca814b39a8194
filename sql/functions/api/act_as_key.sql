-- SPDX-License-Identifier: BSD-2-Clause
-- The rest of this transaction acts as the user of an API key, within what the key is for: one
-- client or all of the user's, reading or writing.  p_hash is the SHA-256 of the key in hex.  Runs
-- as frontdesk_definer: nobody is acting yet, and nobody else reads the hashes.

set local role frontdesk_definer;

create or replace function api.act_as_key(
    p_hash text, p_request_id text default null, p_address text default null)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_key frontdesk.api_keys;
begin
    select k.* into v_key from frontdesk.api_keys k
     where k.key_hash = p_hash and k.revoked_at is null
       and (k.expires_at is null or k.expires_at > now());
    if not found then
        perform private.refuse(401, 'You are not logged in.');
    end if;

    -- Once a minute, by whoever comes first: nobody waits for it.
    if v_key.last_used_at is null or v_key.last_used_at <= now() - interval '1 min' then
        update frontdesk.api_keys k
           set last_used_at = date_trunc('minute', now())
         where k.id = (select o.id from frontdesk.api_keys o where o.id = v_key.id
                          for no key update skip locked);
    end if;

    perform set_config('frontdesk.key_id', v_key.id::text, true),
            set_config('frontdesk.key_client_id', coalesce(v_key.only_client_id::text, ''), true),
            set_config('frontdesk.key_read_only', case when v_key.read_only then 'on' else '' end,
                       true);
    perform api.act_as(v_key.user_id, p_request_id, p_address);
end
$$;
