-- SPDX-License-Identifier: BSD-2-Clause
-- A webhook's way into its call: by CallSid, and only for the account that the call came from.

create or replace function private.call_enter_sid(p_call_sid text, p_account_sid text)
returns frontdesk.calls
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_key  record;
    v_call frontdesk.calls;
begin
    select * into v_key from private.call_find_sid(p_call_sid);
    if not found then
        perform private.refuse(404, 'There is no such call.');
    end if;

    perform private.client_enter(v_key.client_id);
    v_call := private.call_lock(v_key.call_id, v_key.created_at);
    perform private.account_check(p_account_sid, v_call.account_sid);
    return v_call;
end
$$;

grant execute on function private.call_enter_sid(text, text) to frontdesk_api;
