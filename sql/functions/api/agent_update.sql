-- SPDX-License-Identifier: BSD-2-Clause
-- Changes an agent for the calls that come from now on; its state until now stays a version.

create or replace function api.agent_update(p_id uuid, p_body json, p_client_id uuid default null)
returns setof frontdesk.agent_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client uuid := private.item_client('frontdesk.agents', p_id, p_client_id, 'agent');
    v_body   jsonb := private.body_fields(p_body, private.agent_fields()
                                                  || array['is_default', 'is_active']);
begin
    perform private.row_write('frontdesk.agents',
        private.agent_check(private.body_part(v_body, private.agent_fields()
                                                      || array['is_active'])), p_id);

    if (v_body ->> 'is_default')::boolean then
        perform private.agent_default(v_client, p_id);
    elsif v_body ? 'is_default' and exists (select from frontdesk.agents a
                                             where a.id = p_id and a.is_default) then
        perform private.refuse(409, 'Make another agent the default one instead.', 'is_default');
    end if;
    return query select o.* from frontdesk.agent_objects o where o.id = p_id;
end
$$;
