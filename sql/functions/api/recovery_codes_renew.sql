-- SPDX-License-Identifier: BSD-2-Clause
-- Ten recovery codes in place of those before, shown this once.  p_step is the time step of the
-- code that was given, null when it was the password.  Runs as frontdesk_definer: nobody else
-- writes these.

set local role frontdesk_definer;

create or replace function api.recovery_codes_renew(p_step bigint)
returns table (recovery_codes json)
language plpgsql volatile security definer rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.person_only();
begin
    if not exists (select from frontdesk.totp_secrets t
                    where t.user_id = v_user and t.enabled_at is not null) then
        perform private.refuse(404, 'You have no second factor.');
    end if;
    if p_step is not null then
        perform private.second_factor_take(v_user, p_step, null);
    end if;
    return query select to_json(private.recovery_codes_make(v_user));
end
$$;
