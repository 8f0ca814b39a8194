-- SPDX-License-Identifier: BSD-2-Clause
-- Calls of a client (null: of all that are visible) in which words were said, of those that began
-- within a span of time; p_max turns at most, of whatever months come first.  A call may come more
-- than once.
--
-- Runs as frontdesk_definer: an index of words is not used for who is bound by policies, since the
-- comparison might tell of other rows.  That the client may be seen is asked here instead.

set local role frontdesk_definer;

create or replace function private.turns_find(
    p_client_id uuid, p_query tsquery, p_from timestamptz, p_to timestamptz,
    p_max int)
returns table (call_id uuid, created_at timestamptz)
language plpgsql stable security definer rows 100 set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_clients uuid[] := array(select private.visible_clients());
begin
    if p_client_id is not null then
        v_clients := array(select v from unnest(v_clients) v where v = p_client_id);
    end if;

    -- The words of a few clients are found with them, those of many without.
    if cardinality(v_clients) <= 20 then
        return query
        select t.call_id, t.call_created_at
          from frontdesk.turns t
         where t.client_id = any (v_clients)
           and to_tsvector('english', t.content) @@ p_query
           and t.role in ('user', 'assistant', 'human')
           and t.call_created_at >= p_from
           and t.call_created_at < p_to
         limit p_max;
    else
        return query
        select t.call_id, t.call_created_at
          from frontdesk.turns t
         where (t.client_id = any (v_clients)) is true
           and to_tsvector('english', t.content) @@ p_query
           and t.role in ('user', 'assistant', 'human')
           and t.call_created_at >= p_from
           and t.call_created_at < p_to
         limit p_max;
    end if;
end
$$;

grant execute on function private.turns_find(uuid, tsquery, timestamptz, timestamptz, int)
    to frontdesk_api;
