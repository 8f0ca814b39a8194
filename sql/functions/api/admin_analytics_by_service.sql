-- SPDX-License-Identifier: BSD-2-Clause
-- How much each service was used: calls and their seconds, by what the agents of the calls use.
-- Runs as frontdesk_definer: an admin's policies would compare every row with the list of all
-- clients.

set local role frontdesk_definer;

create or replace function api.admin_analytics_by_service(p_from timestamptz, p_to timestamptz)
returns table (kind text, provider text, calls int, seconds bigint, clients int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_span tstzrange;
begin
    perform private.admin_only();
    v_span := private.span_check(p_from, p_to);
    return query
    select s.kind, s.provider, sum(k.calls)::int, sum(k.seconds)::bigint,
           count(distinct k.client_id)::int
      from (select k.client_id, k.agent_id, count(*) as calls,
                   coalesce(sum(k.duration), 0) as seconds
              from frontdesk.calls k
             where k.created_at >= lower(v_span) and k.created_at < upper(v_span)
               and k.agent_id is not null and k.call_type = 'ai'
             group by k.client_id, k.agent_id) k
      join frontdesk.agents a on a.client_id = k.client_id and a.id = k.agent_id
     cross join lateral (values ('stt', a.stt_provider), ('llm', a.llm_provider),
                                ('tts', a.tts_provider)) s (kind, provider)
     where a.pipeline <> 'echo'
     group by s.kind, s.provider
     order by s.kind, sum(k.seconds) desc, s.provider;
end
$$;
