-- SPDX-License-Identifier: BSD-2-Clause
-- Fills a migrated database for data.sh: :calls calls with ten turns each over a year, of 200
-- clients of 50 owners; a tenth of all is the first client's.  Without triggers and keys between
-- tables: what they would do is done here in bulk.

\set ON_ERROR_STOP on
set session_replication_role = replica;
set maintenance_work_mem = '512MB';
set client_min_messages = warning;
select setseed(0.42) \g /dev/null

-- Months of the past, as private.partitions_ensure() makes those to come.
do $do$
declare
    v_month date;
    v_table text;
    v_name  text;
begin
    for v_month in
        select generate_series(date_trunc('month', now() at time zone 'UTC') - interval '12 months',
                               date_trunc('month', now() at time zone 'UTC') - interval '1 month',
                               interval '1 month')
    loop
        foreach v_table in array array['calls', 'turns', 'call_events'] loop
            v_name := v_table || to_char(v_month, '_YYYY_MM');
            execute format('create table frontdesk.%I partition of frontdesk.%I for values '
                           'from (%L) to (%L)', v_name, v_table, v_month || ' 00:00+00',
                           (v_month + interval '1 month')::date || ' 00:00+00');
            execute format('alter table frontdesk.%I owner to frontdesk_owner', v_name);
            execute format('alter table frontdesk.%I enable row level security, '
                           'force row level security', v_name);
        end loop;
    end loop;
end
$do$;

create function pg_temp.id(p_kind int, p_n int) returns uuid language sql immutable as $$
    select (lpad(to_hex(p_kind), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(p_n), 12, '0'))::uuid
$$;

insert into frontdesk.users (id, email, role)
select pg_temp.id(1, n), 'owner' || n || '@bench.example', case n when 0 then 'admin' else 'owner'
       end
  from generate_series(0, 50) n;
insert into frontdesk.clients (id, owner_user_id, name, timezone)
select pg_temp.id(2, n), pg_temp.id(1, n % 50 + 1), 'Client ' || n, 'America/New_York'
  from generate_series(0, 199) n;
insert into frontdesk.client_members (client_id, user_id, role)
select c.id, c.owner_user_id, 'owner' from frontdesk.clients c;
insert into frontdesk.agents (id, client_id, is_default)
select pg_temp.id(3, n), pg_temp.id(2, n), true from generate_series(0, 199) n;
insert into frontdesk.contacts (id, client_id, phone_number, name, created_at)
select pg_temp.id(4, n), pg_temp.id(2, n % 200), '+1555' || lpad(n::text, 7, '0'), 'Contact ' || n,
       now() - random() * interval '365 days'
  from generate_series(0, :calls / 10 - 1) n;

-- A tenth the first client's, the rest the others', each person calling ten times or so.
create temporary table made as
select pg_temp.id(5, m.n) as id, m.client, pg_temp.id(2, m.client) as client_id, m.n,
       now() - random() * interval '360 days' - interval '1 hour' as created_at,
       m.client + 200 * floor(random() * (:calls / 2000))::int as contact,
       random() as chance, (10 + random() * 300)::int as seconds
  from (select n, case when n % 10 = 0 then 0 else 1 + (random() * 198)::int end as client
          from generate_series(1, :calls) n) m;
create temporary table made_in_order as select * from made order by created_at;
drop table made;

insert into frontdesk.call_keys (call_id, client_id, created_at)
select m.id, m.client_id, m.created_at from made_in_order m;

insert into frontdesk.calls (
    id, client_id, created_at, agent_id, contact_id, call_type, route, status, ended_reason,
    caller_phone, called_phone, answered_at, ended_at, duration, summary, turn_count, owner_epoch,
    settled_seconds, settled_at, has_lead, has_appointment, cost_micros, stats_day, stats_hour)
select m.id, m.client_id, m.created_at, pg_temp.id(3, m.client), pg_temp.id(4, m.contact),
       case when m.chance < 0.1 then 'human' else 'ai' end, 'stream',
       case when m.chance < 0.02 then 'failed' when m.chance < 0.03 then 'busy'
            else 'completed' end,
       'finished', '+1555' || lpad(m.contact::text, 7, '0'),
       '+15559' || lpad(m.client::text, 6, '0'), m.created_at,
       m.created_at + m.seconds * interval '1 s', m.seconds,
       'The caller asked a question and booked.', 10, 1, m.seconds,
       m.created_at + m.seconds * interval '1 s', m.chance > 0.8,
       m.chance > 0.6, 0,
       (m.created_at at time zone 'America/New_York')::date,
       extract(hour from m.created_at at time zone 'America/New_York')::int
  from made_in_order m;

-- Words that many say, some say (one call in a thousand or so) and few say.
select replace(indexdef, ' ON ONLY ', ' ON ') as turns_search from pg_indexes
 where schemaname = 'frontdesk' and indexname = 'turns_search' \gset
drop index frontdesk.turns_search;
insert into frontdesk.turns (
    client_id, call_id, seq, call_created_at, role, content, t_ms, timings, owner_epoch, created_at)
select m.client_id, m.id, s.seq, m.created_at,
       case when s.seq % 2 = 0 then 'assistant' else 'user' end,
       case when s.seq % 2 = 0 then 'Certainly, we have an opening tomorrow at '
                                    || (s.seq + m.n % 9)::text || ' in the morning.'
            else 'I would like an appointment for word' || ((m.n * 7 + s.seq * 31) % 5000)::text
                 || ' please, and my code is number' || (m.n * 10 + s.seq)::text end,
       s.seq * 4000,
       case when s.seq % 2 = 0 and s.seq > 0
            then jsonb_build_object('endpoint_ms', 500,
                                    'first_frame_ms', 600 + (m.n * 13 + s.seq * 7) % 900) end,
       1, m.created_at + s.seq * interval '4 s'
  from made_in_order m cross join generate_series(0, 9) s (seq);
:turns_search;

insert into frontdesk.call_events (client_id, call_id, call_created_at, kind, created_at)
select m.client_id, m.id, m.created_at, 'tool.called', m.created_at from made_in_order m;
insert into frontdesk.leads (client_id, call_id, contact_id, name, phone, reason, created_at)
select m.client_id, m.id, pg_temp.id(4, m.contact), 'Lead ' || m.n,
       '+1555' || lpad(m.contact::text, 7, '0'), 'A question', m.created_at
  from made_in_order m where m.chance > 0.8;

insert into frontdesk.call_stats (
    client_id, day, agent_id, calls, ai_calls, human_calls, completed, missed, failed, booked,
    leads, transferred, seconds, paid_seconds, turns, cost_micros, hours)
select c.client_id, c.stats_day, c.agent_id, count(*), count(*) filter (where c.call_type = 'ai'),
       count(*) filter (where c.call_type = 'human'),
       count(*) filter (where c.status = 'completed'), count(*) filter (where c.status = 'busy'),
       count(*) filter (where c.status = 'failed'), count(*) filter (where c.has_appointment),
       count(*) filter (where c.has_lead), count(*) filter (where c.call_type = 'human'),
       sum(c.duration), sum(c.settled_seconds), sum(c.turn_count), sum(c.cost_micros),
       (select array_agg(coalesce(h.calls, 0) order by g.hour)
          from generate_series(0, 23) g (hour)
          left join (select x.hour, count(*)::int as calls from unnest(array_agg(c.stats_hour))
                            x (hour) group by 1) h using (hour))
  from frontdesk.calls c
 group by 1, 2, 3;
insert into frontdesk.latency_stats (client_id, day, bucket, answers)
select t.client_id, (t.call_created_at at time zone 'America/New_York')::date,
       private.latency_bucket((t.timings ->> 'first_frame_ms')::numeric), count(*)
  from frontdesk.turns t
 where t.timings ? 'first_frame_ms'
 group by 1, 2, 3;

set session_replication_role = origin;
vacuum analyze;
