-- SPDX-License-Identifier: BSD-2-Clause
-- A new secret of a second factor, sealed, which counts once a code of it was given.  Runs as
-- frontdesk_definer: nobody else writes these.

set local role frontdesk_definer;

create or replace function api.totp_store(p_secret bytea) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into frontdesk.totp_secrets as t (user_id, secret)
    values (private.person_only(), p_secret)
    on conflict (user_id) do update
       set secret = excluded.secret, last_step = 0, created_at = now()
     where t.enabled_at is null;
    if not found then
        perform private.refuse(409, 'You have a second factor already.');
    end if;
end
$$;
