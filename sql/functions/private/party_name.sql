-- SPDX-License-Identifier: BSD-2-Clause
-- Who speaks in a turn of a role, for people to read.

create or replace function private.party_name(p_role text) returns text
language sql immutable parallel safe
begin atomic
    select case p_role when 'user' then 'Caller' when 'assistant' then 'Assistant'
                       else 'Person' end;
end;

grant execute on function private.party_name(text) to frontdesk_api;
