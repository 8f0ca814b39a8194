-- SPDX-License-Identifier: BSD-2-Clause
-- What a call cost: seconds of the client's balance, and what providers take where that is known.

create or replace function private.call_cost_json(p_call frontdesk.calls) returns json
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return (select json_build_object(
                'seconds', p_call.settled_seconds,
                'micros', case when count(*) = count(k.cost_micros)
                               then coalesce(sum(k.cost_micros), 0) end,
                'currency', max(k.currency),
                'providers', coalesce(json_agg(json_build_object(
                    'kind', k.kind, 'provider', k.provider, 'model', k.model,
                    'usage', k.usage, 'micros', k.cost_micros)), '[]'))
              from private.call_costs(p_call) k);
end
$$;

grant execute on function private.call_cost_json(frontdesk.calls) to frontdesk_api;
