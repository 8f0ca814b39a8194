-- SPDX-License-Identifier: BSD-2-Clause
-- A draft becomes what callers hear.  The one that is live already stays so.

create or replace function api.agent_version_publish(p_agent_id uuid, p_version int)
returns setof frontdesk.agent_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client  uuid := private.item_client('frontdesk.agents', p_agent_id, null, 'agent');
    v_version frontdesk.agent_versions := private.agent_version_find(p_agent_id, p_version);
    v_live    int;
begin
    select a.version into v_live from frontdesk.agents a where a.id = p_agent_id;
    if v_version.published_at is null then
        update frontdesk.agent_versions v set published_at = now()
         where v.client_id = v_client and v.agent_id = p_agent_id and v.version = p_version;
        perform private.row_write('frontdesk.agents',
            v_version.snapshot || jsonb_build_object('version', p_version), p_agent_id);
    elsif v_live <> p_version then
        perform private.refuse(409, 'This version was published before; restore it instead.');
    end if;
    return query select o.* from frontdesk.agent_objects o where o.id = p_agent_id;
end
$$;
