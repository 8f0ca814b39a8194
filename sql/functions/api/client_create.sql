-- SPDX-License-Identifier: BSD-2-Clause
-- A new client of the user's, with an agent that answers, hours to be open in, and what a template
-- brings: services and knowledge.  What of it still has a [placeholder] is not said to callers.

create or replace function api.client_create(p_body json)
returns setof frontdesk.client_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_body     jsonb := private.body_fields(p_body, private.client_fields()
                            || private.client_agent_fields() || array['phone_number', 'template']);
    v_template jsonb;
    v_id       uuid := gen_random_uuid();
begin
    perform private.user_may_add();
    if coalesce(btrim(v_body ->> 'name'), '') = '' then
        perform private.refuse(422, 'A client has a name.', 'name');
    end if;
    if v_body ? 'timezone' then
        perform private.timezone_check(v_body ->> 'timezone');
    end if;
    v_template := private.template_filled(coalesce(v_body ->> 'template', 'general'),
                                          v_body ->> 'name');
    if v_body ->> 'template' is null then
        v_template := v_template || '{"services": [], "knowledge": []}';
    end if;

    -- Without "returning": that asks whether the row can be seen, which it can not be before it
    -- is there.
    perform private.row_write('frontdesk.clients', v_template -> 'client'
        || private.body_part(v_body, private.client_fields())
        || jsonb_build_object('id', v_id, 'owner_user_id', private.user_id()));
    perform private.row_write('frontdesk.agents', v_template -> 'agent'
        || private.agent_check(private.body_part(v_body, private.client_agent_fields()))
        || jsonb_build_object('client_id', v_id, 'is_default', true));
    perform private.template_apply(v_id, v_template);
    if v_body ->> 'phone_number' is not null then
        perform private.client_number_set(v_id, v_body ->> 'phone_number');
    end if;

    return query select o.* from frontdesk.client_objects o where o.id = v_id;
end
$$;
