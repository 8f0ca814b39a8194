-- SPDX-License-Identifier: BSD-2-Clause
-- The row of a call of the current client, locked: what is done about one call is done in turn.
-- That it is this client's the policy sees to.  Statements on one call do not ask for the client
-- themselves: the planner would count that twice, take any index that begins with the client for
-- as good as the key, and read all its calls.

create or replace function private.call_lock(p_call_id uuid, p_created_at timestamptz)
returns frontdesk.calls
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call frontdesk.calls;
begin
    select c.* into v_call
      from frontdesk.calls c
     where c.id = p_call_id
       and c.created_at = p_created_at
       for no key update;
    if not found then
        perform private.refuse(404, 'There is no such call.');
    end if;
    return v_call;
end
$$;

grant execute on function private.call_lock(uuid, timestamptz) to frontdesk_api, frontdesk_worker;
