-- SPDX-License-Identifier: BSD-2-Clause
-- Writes fields of a client: its own, those of its default agent, its number.

create or replace function private.client_change(p_client_id uuid, p_body jsonb) returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client jsonb := private.body_part(p_body, private.client_fields());
    v_agent  jsonb := private.agent_check(private.body_part(p_body, private.client_agent_fields()));
    v_id     uuid;
begin
    if p_body ? 'timezone' then
        perform private.timezone_check(p_body ->> 'timezone');
    end if;
    perform private.row_write('frontdesk.clients', v_client, p_client_id);

    if v_agent <> '{}' then
        select a.id into v_id
          from frontdesk.agents a where a.client_id = p_client_id and a.is_default;
        if not found then
            perform private.refuse(409, 'The client has no default agent.');
        end if;
        perform private.row_write('frontdesk.agents', v_agent, v_id);
    end if;

    if p_body ? 'phone_number' then
        perform private.client_number_set(p_client_id, p_body ->> 'phone_number');
    end if;
end
$$;

grant execute on function private.client_change(uuid, jsonb) to frontdesk_api;
