-- SPDX-License-Identifier: BSD-2-Clause
-- The machines of the platform.

create or replace function api.admin_node_list()
returns table (name text, is_alive boolean, is_draining boolean, started_at timestamptz,
               heartbeat_at timestamptz, load jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform private.admin_only();
    return query
    select n.name, n.heartbeat_at > now() - interval '30 s', n.is_draining, n.started_at,
           n.heartbeat_at, n.load
      from frontdesk.nodes n order by n.name;
end
$$;
