-- SPDX-License-Identifier: BSD-2-Clause
-- A person's name without blanks around it; refuses more than one line: names stand in mails.

create or replace function private.name_check(p_name text) returns text
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
    v_name text := btrim(p_name);
begin
    if v_name = '' then
        perform private.refuse(422, 'This must not be empty.', 'name');
    elsif v_name ~ '[[:cntrl:]]' then
        perform private.refuse(422, 'This must be one line.', 'name');
    end if;
    return v_name;
end
$$;

grant execute on function private.name_check(text) to frontdesk_definer, frontdesk_api;
