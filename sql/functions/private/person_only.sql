-- SPDX-License-Identifier: BSD-2-Clause
-- The user this transaction acts as, who has logged in: what an account is made of, no API key
-- sees or changes.

create or replace function private.person_only() returns uuid
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_user uuid := private.user_id();
begin
    if v_user is null then
        perform private.refuse(401, 'You are not logged in.');
    elsif coalesce(current_setting('frontdesk.key_id', true), '') <> '' then
        perform private.refuse(403, 'This can not be done with an API key.');
    end if;
    return v_user;
end
$$;

grant execute on function private.person_only() to frontdesk_definer, frontdesk_api;
