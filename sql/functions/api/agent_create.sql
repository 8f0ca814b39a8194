-- SPDX-License-Identifier: BSD-2-Clause
-- A new agent of a client, from a template if one is named; the first is the default one.

create or replace function api.agent_create(p_client_id uuid, p_body json)
returns setof frontdesk.agent_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body    jsonb;
    v_agent   jsonb;
    v_id      uuid := gen_random_uuid();
    v_default boolean;
begin
    perform private.client_write(p_client_id);
    v_body := private.body_fields(p_body, private.agent_fields()
                  || array['is_default', 'is_active', 'template', 'client_id']);
    perform private.room_check('frontdesk.agents', p_client_id, 100, 'agents');

    v_agent := private.agent_check(private.body_part(v_body, private.agent_fields()
                                                             || array['is_active']));
    if v_body ->> 'template' is not null then
        v_agent := private.template_filled(v_body ->> 'template',
                       (select c.name from frontdesk.clients c where c.id = p_client_id))
                   -> 'agent' || v_agent;
    end if;
    v_default := coalesce((v_body ->> 'is_default')::boolean, false)
        or not exists (select from frontdesk.agents a
                        where a.client_id = p_client_id and a.is_default);

    perform private.row_write('frontdesk.agents', v_agent
        || jsonb_build_object('id', v_id, 'client_id', p_client_id));
    if v_default then
        perform private.agent_default(p_client_id, v_id);
    end if;
    return query select o.* from frontdesk.agent_objects o where o.id = v_id;
end
$$;
