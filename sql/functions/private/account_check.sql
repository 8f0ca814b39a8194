-- SPDX-License-Identifier: BSD-2-Clause
-- A webhook is signed with one account's token; it may speak only of that account's numbers.

create or replace function private.account_check(p_account_sid text, p_number_account_sid text)
returns void
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_expected text := coalesce(p_number_account_sid, private.setting('twilio_account_sid'));
begin
    if v_expected is not null and v_expected is distinct from p_account_sid then
        perform private.refuse(403, 'The account does not match.', 'AccountSid');
    end if;
end
$$;

grant execute on function private.account_check(text, text) to frontdesk_api;
