-- SPDX-License-Identifier: BSD-2-Clause
-- A worker's way into its call: confines the transaction to the call's client, locks the call and
-- refuses a worker that no longer has it.  Without an epoch the caller checks that itself.

create or replace function private.call_enter(p_call_id uuid, p_epoch int default null)
returns frontdesk.calls
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_key  record;
    v_call frontdesk.calls;
begin
    select * into v_key from private.call_find(p_call_id);
    if not found then
        perform private.refuse(404, 'There is no such call.');
    end if;

    perform private.client_enter(v_key.client_id);
    v_call := private.call_lock(v_key.call_id, v_key.created_at);

    if p_epoch is not null and p_epoch is distinct from v_call.owner_epoch then
        perform private.refuse(409, 'Another worker has this call.');
    end if;
    return v_call;
end
$$;

grant execute on function private.call_enter(uuid, int) to frontdesk_api, frontdesk_worker;
