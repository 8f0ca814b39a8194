-- SPDX-License-Identifier: BSD-2-Clause
-- A machine says that it is there, and how much it does.  One that was silent for a while has been
-- started anew.

create or replace function worker.node_beat(p_name text, p_is_draining boolean, p_load jsonb)
returns void
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    insert into frontdesk.nodes as n (name, is_draining, load)
    values (p_name, coalesce(p_is_draining, false), coalesce(p_load, '{}'))
    on conflict (name) do update
       set started_at = case when n.heartbeat_at < now() - interval '1 minute' then now()
                             else n.started_at end,
           heartbeat_at = now(), is_draining = excluded.is_draining, load = excluded.load;
end
$$;
