-- SPDX-License-Identifier: BSD-2-Clause
-- Fills a stack's database for api.js: :calls calls of one client (:'client') in this month, with
-- people who called; without triggers and keys between tables.

\set ON_ERROR_STOP on
set session_replication_role = replica;
set client_min_messages = warning;
select setseed(0.42) \g /dev/null

create temporary table people as
select gen_random_uuid() as id, n, '+1555' || lpad(n::text, 7, '0') as phone
  from generate_series(0, greatest(:calls / 10, 1) - 1) n;
insert into frontdesk.contacts (id, client_id, phone_number, name)
select p.id, :'client', p.phone, 'Contact ' || p.n from people p;

create temporary table made as
select gen_random_uuid() as id, p.id as contact_id, p.phone, m.chance, m.seconds,
       date_trunc('month', now()) + m.place * (now() - date_trunc('month', now())) as created_at
  from (select n, random() as place, random() as chance, (10 + random() * 300)::int as seconds
          from generate_series(1, :calls) n) m
  join people p on p.n = m.n % greatest(:calls / 10, 1);

insert into frontdesk.call_keys (call_id, client_id, created_at)
select m.id, :'client', m.created_at from made m;
insert into frontdesk.calls (
    id, client_id, created_at, agent_id, contact_id, call_type, route, status, ended_reason,
    caller_phone, called_phone, answered_at, ended_at, duration, summary, turn_count, owner_epoch,
    settled_seconds, settled_at, has_lead, has_appointment, cost_micros, stats_day, stats_hour)
select m.id, :'client', m.created_at, a.id, m.contact_id, 'ai', 'stream',
       case when m.chance < 0.02 then 'failed' when m.chance < 0.03 then 'busy'
            else 'completed' end,
       'finished', m.phone, '+15559000000', m.created_at, m.created_at + m.seconds * interval '1 s',
       m.seconds, 'The caller asked a question and booked.', 10, 1, m.seconds,
       m.created_at + m.seconds * interval '1 s', m.chance > 0.8, m.chance > 0.6, 0,
       (m.created_at at time zone 'UTC')::date, extract(hour from m.created_at at time zone 'UTC')
  from made m
  cross join (select g.id from frontdesk.agents g where g.client_id = :'client'
               order by g.is_default desc limit 1) a
 order by m.created_at;

set session_replication_role = origin;
vacuum analyze;
