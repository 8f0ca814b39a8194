-- SPDX-License-Identifier: BSD-2-Clause
-- A phone number as E.164, or null when it is none: words, addresses, too short.  Ten digits are
-- taken as North American.  Some carriers spell "anonymous" and the like in digits: those are not
-- numbers either, else all withheld callers would be one person.

create or replace function private.phone_normal(p_phone text) returns text
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_phone text := regexp_replace(btrim(p_phone), '[ ().-]', '', 'g');
begin
    if v_phone ~ '^00[1-9]' then
        v_phone := '+' || substr(v_phone, 3);
    elsif v_phone ~ '^1[2-9][0-9]{9}$' then
        v_phone := '+' || v_phone;
    elsif v_phone ~ '^[2-9][0-9]{9}$' then
        v_phone := '+1' || v_phone;
    end if;

    if v_phone !~ '^\+[1-9][0-9]{6,14}$'
        or v_phone in ('+266696687', '+7378742833', '+2562533', '+8566479', '+86282452253') then
        return null;
    end if;
    return v_phone;
end
$$;

grant execute on function private.phone_normal(text) to frontdesk_api, frontdesk_worker;
