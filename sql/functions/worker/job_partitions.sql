-- SPDX-License-Identifier: BSD-2-Clause
-- Job: makes the months ahead and, when the payload names one ({"detach": "2025-01"}), takes an old
-- one out; counts calls that ended before anybody counted.

create or replace function worker.job_partitions(p_payload jsonb) returns text
language plpgsql volatile set search_path = pg_catalog, pg_temp as $$
declare
    v_month  text := p_payload ->> 'detach';
    v_client uuid;
    v_filled int := 0;
begin
    if v_month is not null and v_month !~ '^[0-9]{4}-(0[1-9]|1[0-2])$' then
        perform private.refuse(422, 'A month is such as 2025-01.', 'detach');
    end if;
    perform private.partitions_ensure(3);
    if v_month is not null then
        perform private.partition_detach((v_month || '-01')::date);
    end if;

    for v_client in select c from private.clients_all() c loop
        perform private.client_enter(v_client);
        v_filled := v_filled + private.call_stats_fill(v_client, 1000 - v_filled);
        exit when v_filled >= 1000;
    end loop;
    return case when v_filled >= 1000 then 'more' else 'done' end;
end
$$;
