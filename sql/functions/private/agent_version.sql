-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger: numbers an agent's new state before it is written, and keeps it as a version after.
-- Who sets agents.version itself publishes a version that is there already.

create or replace function private.agent_version() returns trigger
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
begin
    if tg_when = 'BEFORE' then
        if new.version = old.version
            and private.agent_snapshot(new) <> private.agent_snapshot(old) then
            select 1 + coalesce(max(v.version), old.version) into new.version
              from frontdesk.agent_versions v
             where v.client_id = new.client_id and v.agent_id = new.id;
        end if;
        return new;
    end if;

    if tg_op = 'INSERT' or new.version <> old.version then
        insert into frontdesk.agent_versions (client_id, agent_id, version, snapshot, author_id,
                                              published_at)
        values (new.client_id, new.id, new.version, private.agent_snapshot(new),
                private.user_id(), now())
        on conflict (client_id, agent_id, version) do nothing;
    end if;
    return null;
end
$$;
