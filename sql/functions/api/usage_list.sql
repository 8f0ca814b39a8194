-- SPDX-License-Identifier: BSD-2-Clause
-- What a client's calls used, by day or by month of the client's zone; from and to included.

create or replace function api.usage_list(
    p_client_id uuid, p_by text default null, p_from date default null, p_to date default null)
returns table (
    period date, calls int, ai_calls int, human_calls int, seconds bigint, paid_seconds bigint)
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
#variable_conflict use_column
declare
    v_to   date := coalesce(p_to, current_date + 1);
    v_from date := coalesce(p_from, v_to - case when p_by = 'day' then 31 else 366 end);
begin
    perform private.client_seen(p_client_id);
    if v_to < v_from or v_to - v_from > 1830 then
        perform private.refuse(422, 'The span is of five years at most, and not empty.', 'from');
    end if;
    return query
    select case when p_by = 'day' then s.day else date_trunc('month', s.day)::date end as period,
           sum(s.calls)::int, sum(s.ai_calls)::int, sum(s.human_calls)::int,
           sum(s.seconds)::bigint, sum(s.paid_seconds)::bigint
      from frontdesk.call_stats s
     where s.client_id = p_client_id and s.day between v_from and v_to
     group by 1
    having sum(s.calls) <> 0
     order by 1;
end
$$;
