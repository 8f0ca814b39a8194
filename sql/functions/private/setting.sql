-- SPDX-License-Identifier: BSD-2-Clause
-- One of the platform's settings; null when it is not set.  Runs as frontdesk_definer: nobody else
-- reads the table, and webhooks come without a user.

set local role frontdesk_definer;

create or replace function private.setting(p_key text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    -- Only what functions below need without being admin.
    if p_key not in ('twilio_account_sid') then
        return null;
    end if;
    return (select s.value from frontdesk.settings s where s.key = p_key);
end
$$;

grant execute on function private.setting(text) to frontdesk_api;
