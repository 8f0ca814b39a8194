-- SPDX-License-Identifier: BSD-2-Clause
-- What an agent's columns may be is said by their constraints; here is what a constraint would say
-- too late or without a name.

create or replace function private.agent_check(p_body jsonb) returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    if p_body ? 'enabled_tools' and (select count(*) <> count(distinct t)
                                       from jsonb_array_elements(p_body -> 'enabled_tools') t) then
        perform private.refuse(422, 'A tool is named once.', 'enabled_tools');
    end if;
    if p_body ->> 'initial_greeting' ~ '\[[^]]*\]' then
        perform private.refuse(422, 'A greeting is spoken as it is: nothing in [brackets].',
                               'initial_greeting');
    end if;
    return p_body;
end
$$;

grant execute on function private.agent_check(jsonb) to frontdesk_api;
