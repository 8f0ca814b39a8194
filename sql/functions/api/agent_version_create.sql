-- SPDX-License-Identifier: BSD-2-Clause
-- A draft: the agent as it is now, with what the body changes of it.  Callers hear nothing of it
-- until it is published.

create or replace function api.agent_version_create(p_agent_id uuid, p_body json)
returns setof frontdesk.agent_version_objects
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_client  uuid := private.item_client('frontdesk.agents', p_agent_id, null, 'agent');
    v_body    jsonb := private.body_fields(p_body, private.agent_fields() || array['note']);
    v_changes jsonb := private.agent_check(private.body_part(v_body, private.agent_fields()));
    v_agent   frontdesk.agents;
    v_version int;
begin
    -- Written and taken back: a draft holds nothing that the agent could not become.
    begin
        perform private.row_write('frontdesk.agents', v_changes, p_agent_id);
        select a.* into v_agent from frontdesk.agents a where a.id = p_agent_id;
        raise exception using errcode = 'FD000';
    exception when sqlstate 'FD000' then
        null;
    end;

    select max(v.version) + 1 into v_version
      from frontdesk.agent_versions v
     where v.client_id = v_client and v.agent_id = p_agent_id;
    perform private.row_write('frontdesk.agent_versions', jsonb_build_object(
        'client_id', v_client, 'agent_id', p_agent_id, 'version', v_version,
        'snapshot', private.agent_snapshot(v_agent), 'note', coalesce(v_body ->> 'note', ''),
        'author_id', private.user_id()));
    return query select o.* from api.agent_version_get(p_agent_id, v_version) o;
end
$$;
