-- SPDX-License-Identifier: BSD-2-Clause
-- The versions of an agent, newest first; what is in them is told one by one.

create or replace function api.agent_version_list(
    p_agent_id uuid, p_limit int, p_offset int, p_cursor_key text, p_cursor_id uuid)
returns table (
    id uuid, agent_id uuid, client_id uuid, version int, note text, author_id uuid,
    author_name text, is_live boolean, published_at timestamptz, created_at timestamptz)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    perform private.agent_seen(p_agent_id);
    return query
    select v.id, v.agent_id, v.client_id, v.version, v.note, v.author_id, v.author_name, v.is_live,
           v.published_at, v.created_at
      from frontdesk.agent_version_objects v
     where v.agent_id = p_agent_id
       and (p_cursor_id is null or v.version < p_cursor_key::int)
     order by v.version desc
     limit least(greatest(coalesce(p_limit, 50), 1), 100)
    offset greatest(coalesce(p_offset, 0), 0);
end
$$;
