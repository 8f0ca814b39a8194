-- SPDX-License-Identifier: BSD-2-Clause
-- What was answered to a POST with this Idempotency-Key, by the user, or from the address when
-- nobody is logged in.  No row: it was not done.  For routes whose work takes several questions;
-- rows of the table have api.idempotency_claim().  Runs as frontdesk_definer: guests' are nobody's.

set local role frontdesk_definer;

create or replace function api.once_look(p_scope text, p_key text, p_route text, p_hash text)
returns table (status int, body text)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_user uuid := private.user_id();
    v_kept record;
begin
    if v_user is not null then
        select k.route, k.body_hash, k.status, k.body into v_kept
          from frontdesk.idempotency_keys k
         where k.user_id = v_user and k.key = p_key
           and k.created_at > now() - interval '24 hours';
    else
        select k.route, k.body_hash, k.status, k.body into v_kept
          from frontdesk.idempotency_guests k
         where k.scope = p_scope and k.key = p_key
           and k.created_at > now() - interval '24 hours';
    end if;
    if not found then
        return;
    end if;

    if v_kept.route <> p_route or v_kept.body_hash <> p_hash then
        perform private.refuse(422, 'This key was used for something else.', 'Idempotency-Key');
    elsif v_kept.body is null then
        perform private.refuse(409, 'This was done; its answer is shown once.', 'Idempotency-Key');
    end if;
    return query select v_kept.status, v_kept.body;
end
$$;
