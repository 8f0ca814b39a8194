-- SPDX-License-Identifier: BSD-2-Clause
-- Before the last step of a POST with an Idempotency-Key, in its transaction: nobody else is at it,
-- and what will be answered is kept if the step succeeds (p_body null: the answer is shown once).
-- Runs as frontdesk_definer: guests' are nobody's.

set local role frontdesk_definer;

create or replace function api.once_claim(
    p_scope text, p_key text, p_route text, p_hash text, p_status int, p_body text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.user_id();
begin
    if not pg_try_advisory_xact_lock(hashtextextended(
        'idempotency ' || coalesce(v_user::text, 'guest ' || p_scope) || ' ' || p_key, 0))
    then
        perform private.refuse(409, 'This is being done already.', 'Idempotency-Key');
    end if;

    -- Since it was looked for, another may have done it.
    perform from api.once_look(p_scope, p_key, p_route, p_hash);
    if found then
        perform private.refuse(409, 'This is being done already.', 'Idempotency-Key');
    end if;

    if v_user is not null then
        insert into frontdesk.idempotency_keys as k
               (user_id, key, route, body_hash, status, body)
        values (v_user, p_key, p_route, p_hash, p_status, p_body)
            on conflict on constraint idempotency_keys_pkey do update
               set route = excluded.route, body_hash = excluded.body_hash,
                   status = excluded.status, location = null, tag = null, body = excluded.body,
                   created_at = now();
    else
        insert into frontdesk.idempotency_guests as k
               (scope, key, route, body_hash, status, body)
        values (p_scope, p_key, p_route, p_hash, p_status, p_body)
            on conflict on constraint idempotency_guests_pkey do update
               set route = excluded.route, body_hash = excluded.body_hash,
                   status = excluded.status, body = excluded.body, created_at = now();
        perform set_config('frontdesk.once_scope', p_scope, true);
        perform set_config('frontdesk.once_key', p_key, true);
    end if;
end
$$;
