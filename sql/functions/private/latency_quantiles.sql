-- SPDX-License-Identifier: BSD-2-Clause
-- How long callers of a client (null: of all of mine) waited for answers, out of the histograms of
-- days: within 2.5 percent.

create or replace function private.latency_quantiles(p_client_id uuid, p_from date, p_to date)
returns json
language plpgsql stable set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan as $$
begin
    return (
        with buckets as (
            select l.bucket, sum(l.answers) as answers
              from frontdesk.latency_stats l
             where (p_client_id is null or l.client_id = p_client_id)
               and l.day between p_from and p_to
             group by l.bucket
        ), ranks as (
            select b.bucket, b.answers, sum(b.answers) over (order by b.bucket) as up_to,
                   sum(b.answers) over () as total
              from buckets b
        )
        select json_build_object(
            'answers', coalesce(max(r.total), 0),
            'p50', private.latency_of(min(r.bucket) filter (where r.up_to >= r.total * 0.5)),
            'p95', private.latency_of(min(r.bucket) filter (where r.up_to >= r.total * 0.95)),
            'p99', private.latency_of(min(r.bucket) filter (where r.up_to >= r.total * 0.99)))
          from ranks r);
end
$$;

grant execute on function private.latency_quantiles(uuid, date, date) to frontdesk_api;
