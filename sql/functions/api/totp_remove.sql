-- SPDX-License-Identifier: BSD-2-Clause
-- The user goes without a second factor.  p_step is the time step of the code that was given, null
-- when it was the password.  Runs as frontdesk_definer: nobody else writes these.

set local role frontdesk_definer;

create or replace function api.totp_remove(p_step bigint) returns table (message text)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.person_only();
begin
    if p_step is not null then
        perform private.second_factor_take(v_user, p_step, null);
    end if;
    delete from frontdesk.totp_secrets t where t.user_id = v_user;
    if not found then
        perform private.refuse(404, 'You have no second factor.');
    end if;
    delete from frontdesk.recovery_codes r where r.user_id = v_user;
    return query select 'Second factor deleted successfully';
end
$$;
