-- SPDX-License-Identifier: BSD-2-Clause
-- Trigger, before a call is written: counts it once it is settled, and again when something that
-- counts has changed since (a carrier's word that came late, a lead, a removed agent).  What is
-- added is what is in the row, so the same can be taken out again.  A row that comes with its day
-- was counted before: it only moves to its month.
--
-- Runs as frontdesk_definer: nobody else may change the sums.

set local role frontdesk_definer;

create or replace function private.call_stats() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_local timestamp;
begin
    if tg_op = 'UPDATE' and old.stats_day is not null then
        new.stats_day := old.stats_day;
        new.stats_hour := old.stats_hour;
        new.cost_micros := old.cost_micros;
        if (old.agent_id, old.call_type, old.status, old.has_appointment, old.has_lead,
            old.owner_epoch, old.duration, old.settled_seconds, old.turn_count)
           is distinct from
           (new.agent_id, new.call_type, new.status, new.has_appointment, new.has_lead,
            new.owner_epoch, new.duration, new.settled_seconds, new.turn_count)
        then
            perform private.call_stats_add(old, -1);
            perform private.call_stats_add(new, 1);
        end if;
        return new;
    end if;

    if new.settled_at is null or new.stats_day is not null then
        return new;
    end if;

    select timezone(c.timezone, new.created_at) into v_local
      from frontdesk.clients c where c.id = new.client_id;
    new.stats_day := v_local::date;
    new.stats_hour := extract(hour from v_local)::int;

    -- Not known as a whole when it is not known of one of them.
    select case when count(*) = count(k.cost_micros) then coalesce(sum(k.cost_micros), 0) end
      into new.cost_micros
      from private.call_costs(new) k;
    perform private.call_stats_add(new, 1);

    insert into frontdesk.latency_stats as l (client_id, day, bucket, answers)
    select new.client_id, new.stats_day, b.bucket, count(*)
      from frontdesk.turns t
     cross join lateral (select private.latency_bucket((t.timings ->> 'first_frame_ms')::numeric))
                        b (bucket)
     where t.client_id = new.client_id
       and t.call_id = new.id
       and t.call_created_at = new.created_at
       and t.role = 'assistant'
       and jsonb_typeof(t.timings -> 'first_frame_ms') = 'number'
       and t.timings ? 'endpoint_ms'  -- an answer, not a greeting
     group by b.bucket
     order by b.bucket
    on conflict (client_id, day, bucket) do update set answers = l.answers + excluded.answers;
    return new;
end
$$;

grant execute on function private.call_stats() to frontdesk_owner;
