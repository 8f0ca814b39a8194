-- SPDX-License-Identifier: BSD-2-Clause
-- What each provider of a call's agent takes for the call, as prices were on its day; null where no
-- price by time is known.  Calls that no AI worker had cost nothing.

create or replace function private.call_costs(p_call frontdesk.calls)
returns table (kind text, provider text, model text, cost_micros bigint, currency text)
language plpgsql stable rows 3 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select u.kind, u.provider, u.model,
           (m.price_micros * coalesce(p_call.duration, 0) / 1000)::bigint, m.currency
      from frontdesk.agents a
     cross join lateral (values ('stt', a.stt_provider, a.stt_model),
                                ('llm', a.llm_provider, a.llm_model),
                                ('tts', a.tts_provider, a.tts_model)) u (kind, provider, model)
      left join lateral (
               select p.price_micros, p.currency
                 from frontdesk.model_prices p
                where p.kind = u.kind and p.provider = u.provider and p.model in (u.model, '')
                  and p.unit = 'second' and p.valid_from <= p_call.created_at::date
                order by p.model desc, p.valid_from desc
                limit 1) m on true
     where a.client_id = p_call.client_id and a.id = p_call.agent_id and p_call.owner_epoch > 0;
end
$$;

grant execute on function private.call_costs(frontdesk.calls) to frontdesk_api, frontdesk_definer;
