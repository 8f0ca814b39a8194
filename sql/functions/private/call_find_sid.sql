-- SPDX-License-Identifier: BSD-2-Clause
-- The call of a CallSid.  Runs as frontdesk_definer, as private.call_find() does.

set local role frontdesk_definer;

create or replace function private.call_find_sid(p_call_sid text)
returns table (call_id uuid, client_id uuid, created_at timestamptz)
language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select k.call_id, k.client_id, k.created_at
      from frontdesk.call_keys k
     where k.call_sid = p_call_sid;
end
$$;

grant execute on function private.call_find_sid(text) to frontdesk_api;
