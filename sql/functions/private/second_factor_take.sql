-- SPDX-License-Identifier: BSD-2-Clause
-- Takes what a second factor gave, once: the time step of a code, newer than any before, or a
-- recovery code.  Refuses who has a second factor and gave none.  Runs as frontdesk_definer: nobody
-- else reads these tables.

set local role frontdesk_definer;

create or replace function private.second_factor_take(
    p_user_id uuid, p_totp_step bigint, p_recovery_code text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from frontdesk.totp_secrets t
                    where t.user_id = p_user_id and t.enabled_at is not null) then
        return;
    elsif p_totp_step is not null then
        update frontdesk.totp_secrets t
           set last_step = p_totp_step
         where t.user_id = p_user_id and t.last_step < p_totp_step;
        if not found then
            perform private.refuse(401, 'The code is wrong or was used before.', 'totp_code');
        end if;
    elsif p_recovery_code is not null then
        update frontdesk.recovery_codes r
           set used_at = now()
         where r.user_id = p_user_id and r.used_at is null
           and r.code_hash = private.secret_hash(
                   lower(regexp_replace(p_recovery_code, '[-[:space:]]', '', 'g')));
        if not found then
            perform private.refuse(401, 'The code is wrong or was used before.', 'recovery_code');
        end if;
    else
        perform private.refuse(401, 'A code of your second factor is needed.', 'totp_code');
    end if;
end
$$;
