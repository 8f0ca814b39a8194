-- SPDX-License-Identifier: BSD-2-Clause
-- What each provider takes for a call, as prices were on its day; null where the price of something
-- it took is not known.  Calls that no AI worker had cost nothing.

create or replace function private.call_costs(p_call frontdesk.calls)
returns table (
    kind text, provider text, model text, cost_micros bigint, currency text, usage json)
language plpgsql stable rows 3 set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
    select u.kind, u.provider, u.model,
           case when count(*) = count(m.price_micros)
                then sum(m.price_micros * u.quantity / 1000)::bigint end,
           max(m.currency),
           json_object_agg(u.unit, u.quantity order by u.unit)
      from private.call_usage(p_call) u
      left join lateral (
               select p.price_micros, p.currency
                 from frontdesk.model_prices p
                where p.kind = u.kind and p.provider = u.provider and p.model in (u.model, '')
                  and p.unit = u.unit and p.valid_from <= p_call.created_at::date
                order by p.model desc, p.valid_from desc
                limit 1) m on true
     group by 1, 2, 3
     order by 1, 2, 3;
end
$$;

grant execute on function private.call_costs(frontdesk.calls) to frontdesk_api, frontdesk_definer;
