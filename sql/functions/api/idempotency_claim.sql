-- SPDX-License-Identifier: BSD-2-Clause
-- Before a POST with an Idempotency-Key is done: nobody else is doing it, and it was not done.
-- FD208: it was, and api.idempotency_answer() has what was answered.

create or replace function api.idempotency_claim(p_key text, p_route text, p_hash text)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.user_id();
    v_kept frontdesk.idempotency_keys;
begin
    if not pg_try_advisory_xact_lock(hashtextextended('idempotency ' || v_user || ' ' || p_key, 0))
    then
        perform private.refuse(409, 'This is being done already.', 'Idempotency-Key');
    end if;

    select k.* into v_kept
      from frontdesk.idempotency_keys k
     where k.user_id = v_user and k.key = p_key and k.created_at > now() - interval '24 hours';
    if not found then
        return;
    end if;

    if v_kept.route <> p_route or v_kept.body_hash <> p_hash then
        perform private.refuse(422, 'This key was used for something else.', 'Idempotency-Key');
    elsif v_kept.body is null then
        perform private.refuse(409, 'This was done; its answer is shown once.', 'Idempotency-Key');
    end if;
    raise exception using errcode = 'FD208', message = 'this was done before';
end
$$;
