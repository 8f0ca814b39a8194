-- SPDX-License-Identifier: BSD-2-Clause
-- The user's second factor counts from now on: its first code was right.  Answers the recovery
-- codes, which are shown this once.  Runs as frontdesk_definer: nobody else writes these.

set local role frontdesk_definer;

create or replace function api.totp_enable(p_step bigint) returns table (recovery_codes json)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.person_only();
begin
    update frontdesk.totp_secrets t
       set enabled_at = now(), last_step = p_step
     where t.user_id = v_user and t.enabled_at is null and t.last_step < p_step;
    if not found then
        perform private.refuse(409, 'There is no second factor to confirm.');
    end if;
    return query select to_json(private.recovery_codes_make(v_user));
end
$$;
