-- SPDX-License-Identifier: BSD-2-Clause
-- The agent becomes what it was in a version, as a new version.

create or replace function api.agent_version_restore(p_agent_id uuid, p_version int)
returns setof frontdesk.agent_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client  uuid := private.item_client('frontdesk.agents', p_agent_id, null, 'agent');
    v_version frontdesk.agent_versions := private.agent_version_find(p_agent_id, p_version);
    v_next    int;
begin
    select max(v.version) + 1 into v_next
      from frontdesk.agent_versions v
     where v.client_id = v_client and v.agent_id = p_agent_id;
    perform private.row_write('frontdesk.agent_versions', jsonb_build_object(
        'client_id', v_client, 'agent_id', p_agent_id, 'version', v_next,
        'snapshot', v_version.snapshot, 'note', format('Version %s again', p_version),
        'author_id', private.user_id(), 'published_at', now()));
    perform private.row_write('frontdesk.agents',
        v_version.snapshot || jsonb_build_object('version', v_next), p_agent_id);
    return query select o.* from frontdesk.agent_objects o where o.id = p_agent_id;
end
$$;
