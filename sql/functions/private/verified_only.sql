-- SPDX-License-Identifier: BSD-2-Clause
-- Refuses a user whose address is not verified: what may cost others time or money is not for
-- somebody who may be anybody.

create or replace function private.verified_only() returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if not exists (select from frontdesk.users u
                    where u.id = private.user_id() and u.email_verified_at is not null) then
        perform private.refuse(403, 'Please verify your email address first.');
    end if;
end
$$;

grant execute on function private.verified_only() to frontdesk_api;
