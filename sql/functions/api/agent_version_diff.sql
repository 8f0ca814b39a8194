-- SPDX-License-Identifier: BSD-2-Clause
-- In which fields two versions of an agent differ, and what each has there.

create or replace function api.agent_version_diff(p_agent_id uuid, p_before int, p_after int)
returns table (field text, before jsonb, after jsonb)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    v_before frontdesk.agent_versions := private.agent_version_find(p_agent_id, p_before);
    v_after  frontdesk.agent_versions := private.agent_version_find(p_agent_id, p_after);
begin
    return query
    select f.field, v_before.snapshot -> f.field, v_after.snapshot -> f.field
      from unnest(private.agent_fields()) with ordinality f (field, n)
     where v_before.snapshot -> f.field is distinct from v_after.snapshot -> f.field
     order by f.n;
end
$$;
