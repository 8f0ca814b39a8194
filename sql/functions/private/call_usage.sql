-- SPDX-License-Identifier: BSD-2-Clause
-- What a call took of each provider.  Of a kind that nobody counted, the agent's provider has had
-- it for all of the call.

create or replace function private.call_usage(p_call frontdesk.calls)
returns table (kind text, provider text, model text, unit text, quantity bigint)
language plpgsql stable rows 6 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    with counted as (
        select u.kind, u.provider, u.model, u.unit, sum(u.quantity)::bigint as quantity
          from jsonb_each(p_call.usage) e (epoch, sums)
         cross join jsonb_to_recordset(e.sums)
                    u (kind text, provider text, model text, unit text, quantity bigint)
         group by 1, 2, 3, 4)
    select c.kind, c.provider, c.model, c.unit, c.quantity from counted c
     union all
    select a.kind, a.provider, a.model, 'second', coalesce(p_call.duration, 0)::bigint
      from (select v.kind, v.provider, v.model
              from frontdesk.agents a
             cross join lateral (values ('stt', a.stt_provider, a.stt_model),
                                        ('llm', a.llm_provider, a.llm_model),
                                        ('tts', a.tts_provider, a.tts_model))
                                v (kind, provider, model)
             where a.client_id = p_call.client_id and a.id = p_call.agent_id
               and p_call.owner_epoch > 0) a
     where not exists (select from counted c where c.kind in (a.kind, 'speech'));
end
$$;

grant execute on function private.call_usage(frontdesk.calls) to frontdesk_api, frontdesk_definer;
