-- SPDX-License-Identifier: BSD-2-Clause
-- Erases what was said in a call.  The call itself stays, with what it cost.

create or replace function api.conversation_delete(p_id uuid) returns table (message text)
language plpgsql volatile rows 1 set search_path = pg_catalog, pg_temp as $$
declare
    v_key  frontdesk.call_keys := private.call_key(p_id);
    v_call frontdesk.calls;
begin
    perform private.client_write(v_key.client_id);
    v_call := private.call_lock(p_id, v_key.created_at);
    if v_call.erased_at is not null then
        perform private.refuse(404, 'There is no such conversation.');
    end if;
    if not private.call_is_over(v_call.status) then
        perform private.refuse(409, 'The call is still going on.');
    end if;
    perform private.call_erase(v_key.client_id, p_id, v_key.created_at);
    perform private.audit_add(v_key.client_id, 'erase', 'conversations', p_id::text, null);
    return query select 'Conversation deleted successfully';
end
$$;
