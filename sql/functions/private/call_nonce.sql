-- SPDX-License-Identifier: BSD-2-Clause
-- The nonce that opens the call's next stream: the one it has while that is good, unless a fresh
-- one is wanted, else a new one.  The row is locked by private.call_lock().

create or replace function private.call_nonce(
    p_call frontdesk.calls, p_ttl_s int, p_is_fresh boolean)
returns frontdesk.calls
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_call frontdesk.calls := p_call;
begin
    if not p_is_fresh and v_call.stream_nonce is not null and v_call.stream_nonce_until > now() then
        return v_call;
    end if;

    update frontdesk.calls c
       set stream_nonce = private.nonce_make(),
           stream_nonce_until = now() + make_interval(secs => p_ttl_s)
     where c.id = v_call.id
       and c.created_at = v_call.created_at
    returning c.* into v_call;
    return v_call;
end
$$;

grant execute on function private.call_nonce(frontdesk.calls, int, boolean) to frontdesk_api;
