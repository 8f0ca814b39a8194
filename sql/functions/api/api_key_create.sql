-- SPDX-License-Identifier: BSD-2-Clause
-- A new API key, shown in this answer and never again.  It can do what its user can, or less.

create or replace function api.api_key_create(p_body json)
returns table (id uuid, name text, prefix text, client_id uuid, read_only boolean,
               created_at timestamptz, expires_at timestamptz, last_used_at timestamptz, key text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user    uuid := private.person_only();
    v_key     text := 'fdk_' || private.secret_make();
    v_client  uuid := (p_body ->> 'client_id')::uuid;
    v_expires timestamptz := (p_body ->> 'expires_at')::timestamptz;
    v_id      uuid;
begin
    perform private.verified_only();
    if v_client is not null then
        perform private.client_seen(v_client);
    end if;
    if v_expires <= now() then
        perform private.refuse(422, 'This must be in the future.', 'expires_at');
    elsif (select count(*) from frontdesk.api_keys k
            where k.user_id = v_user and k.revoked_at is null) >= 50 then
        perform private.refuse(422, 'You have 50 keys; please delete one first.');
    end if;

    insert into frontdesk.api_keys (user_id, only_client_id, name, prefix, key_hash, read_only,
                                    expires_at)
    values (v_user, v_client, btrim(p_body ->> 'name'), left(v_key, 12),
            private.secret_hash(v_key), coalesce((p_body ->> 'read_only')::boolean, false),
            v_expires)
    returning api_keys.id into v_id;
    return query select k.*, v_key from api.api_key_get(v_id) k;
end
$$;
