-- SPDX-License-Identifier: BSD-2-Clause
-- Whose call it is and in which month.  Runs as frontdesk_definer: a worker knows a call by its id
-- before it knows the client.

set local role frontdesk_definer;

create or replace function private.call_find(p_call_id uuid)
returns table (call_id uuid, client_id uuid, created_at timestamptz)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select k.call_id, k.client_id, k.created_at
      from frontdesk.call_keys k
     where k.call_id = p_call_id;
end
$$;

grant execute on function private.call_find(uuid) to frontdesk_api, frontdesk_worker;
