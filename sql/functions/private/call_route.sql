-- SPDX-License-Identifier: BSD-2-Clause
-- Where a call to a client goes.

create or replace function private.call_route(
    p_client frontdesk.clients, p_number_status text, p_has_agent boolean, p_is_blocked boolean)
returns text
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_routing text := p_client.routing;
begin
    if not p_client.is_active or p_number_status <> 'active' then
        return 'inactive';
    end if;
    if p_is_blocked then
        return 'blocked';
    end if;

    -- During hours people answer; a client without a phone of its own has nobody who could.
    if v_routing = 'ai_after_hours' then
        v_routing := case when p_client.owner_phone is not null
                               and private.is_open(p_client.id, now())
                          then 'human_only' else 'ai_only' end;
    end if;
    if v_routing = 'human_only' then
        return 'human_only';
    end if;

    if not p_has_agent then
        return 'inactive';
    end if;
    if p_client.balance_seconds <= 0 then
        return 'no_balance';
    end if;
    if v_routing = 'owner_first' and p_client.owner_phone is not null then
        return 'dial_owner';
    end if;
    return p_client.voice_mode;
end
$$;

grant execute on function private.call_route(frontdesk.clients, text, boolean, boolean)
    to frontdesk_api;
