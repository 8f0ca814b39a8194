-- SPDX-License-Identifier: BSD-2-Clause
-- Whose number was called.  Runs as frontdesk_definer: before this nobody knows which client the
-- transaction is for.

set local role frontdesk_definer;

create or replace function private.number_find(p_phone_number text)
returns table (id uuid, client_id uuid, agent_id uuid, status text, account_sid text)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select n.id, n.client_id, n.agent_id, n.status, n.account_sid
      from frontdesk.phone_numbers n
     where n.phone_number = p_phone_number;
end
$$;

grant execute on function private.number_find(text) to frontdesk_api;
