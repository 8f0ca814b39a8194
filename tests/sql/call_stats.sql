-- SPDX-License-Identifier: BSD-2-Clause
-- Sums of calls: counted once as each ends, right after every change, and what is told of them.

begin;
\ir lib/fixture.sql
delete from frontdesk.call_stats;
delete from frontdesk.latency_stats;
delete from frontdesk.payments;
select plan(37);

-- What the sums should be, out of the calls themselves.
create view test.counted as
select c.client_id, c.stats_day as day, c.agent_id, count(*)::int as calls,
       count(*) filter (where c.call_type = 'ai')::int as ai_calls,
       count(*) filter (where c.status = 'completed')::int as completed,
       count(*) filter (where c.status in ('no_answer', 'busy', 'canceled'))::int as missed,
       count(*) filter (where c.status = 'failed')::int as failed,
       count(*) filter (where c.has_appointment)::int as booked,
       count(*) filter (where c.has_lead)::int as leads,
       sum(coalesce(c.duration, 0))::bigint as seconds,
       sum(c.settled_seconds)::bigint as paid_seconds, sum(c.turn_count)::bigint as turns
  from frontdesk.calls c where c.settled_at is not null
 group by 1, 2, 3;
create view test.sums as
select client_id, day, agent_id, calls, ai_calls, completed, missed, failed, booked, leads,
       seconds, paid_seconds, turns
  from frontdesk.call_stats where calls <> 0;
create function test.exact(p_what text) returns text language sql as $$
    select set_eq('select * from test.sums', 'select * from test.counted', p_what) $$;

create function test.call_end(p_call uuid, p_status text, p_seconds int) returns void
language plpgsql as $$
begin
    perform test.as_role('frontdesk_worker');
    perform worker.call_end(p_call, 1, p_status, 'test', p_seconds, 'A summary');
    perform test.nobody();
end
$$;

select test.call_begin(1, '+15550300001', '+15550200001') as one,
       test.call_begin(2, '+15550300002', '+15550200001') as two,
       test.call_begin(3, '+15550300003', '+15550200002') as other \gset
select is((select count(*)::int from frontdesk.call_stats), 0,
          'a call that goes on is not counted');

select test.as_role('frontdesk_worker') \g /dev/null
select worker.turn_add(:'one', 1, n, 'assistant', 'x', false, 1000 * n, json_build_object(
           'endpoint_ms', 500, 'first_frame_ms', n * 10), null)
  from generate_series(1, 100) n \g /dev/null
select worker.turn_add(:'one', 1, 0, 'assistant', 'Hello', false, 0,
                       '{"first_frame_ms": 9000}', null) \g /dev/null
select test.tool(:'one', 'book_appointment', json_build_object('start', test.at(2, '10:00'),
                 'name', 'Ann')::text) ->> 'ok' as booked \gset
select is(:'booked'::text, 'true', 'a booking');
select is((select has_appointment from frontdesk.calls where id = :'one'), true, 'marks its call');
select test.call_end(:'one', 'completed', 60) \g /dev/null
select test.exact('a call is counted as it ends');
select test.call_end(:'one', 'completed', 99) \g /dev/null
select test.exact('once');
select is((select calls || ' ' || booked || ' ' || seconds || ' ' || turns
             from frontdesk.call_stats where client_id = :client_a), '1 1 60 101',
          'with what was in it');
select is((select hours[extract(hour from timezone('America/New_York', now()))::int + 1]
             from frontdesk.call_stats where client_id = :client_a), 1,
          'under the hour of the client');
select is((select sum(answers)::int from frontdesk.latency_stats), 100,
          'answers are counted, a greeting is not');
select is((select cost_micros from frontdesk.calls where id = :'one'), 0::bigint,
          'what runs here takes nothing');

-- What comes after the end.
select test.tool(:'one', 'capture_lead', '{"name": "Ann"}') \g /dev/null
select is((select leads from frontdesk.call_stats where client_id = :client_a), 1,
          'a lead that comes late counts');
select test.exact('and all else as before');
update frontdesk.calls set call_type = 'human', duration = 70 where id = :'one';
select test.exact('so does a later word of the carrier');
update frontdesk.calls set live_state = 'x' where id = :'one';
select test.exact('what does not count changes nothing');

-- Prices.
insert into frontdesk.model_prices (kind, provider, model, unit, price_micros) values
    ('llm', 'paid', 'big', 'second', 2000000), ('llm', 'paid', '', 'second', 1000000);
update frontdesk.agents set llm_provider = 'paid', llm_model = 'big' where id = :agent_a;
select test.call_end(:'two', 'failed', 30) \g /dev/null
select is((select cost_micros from frontdesk.calls where id = :'two'), 60000::bigint,
          'a model has its price');
update frontdesk.agents set llm_provider = 'unknown' where id = :agent_a;
select test.call_begin(4, '+15550300004', '+15550200001') as four \gset
select test.call_end(:'four', 'completed', 10) \g /dev/null
select is((select cost_micros from frontdesk.calls where id = :'four'), null::bigint,
          'without a price the cost is not known');
select test.call_end(:'other', 'no_answer', 0) \g /dev/null
select test.exact('clients are counted apart');

-- Refused calls, an agent that is removed, a month that is made late.
update frontdesk.phone_numbers set status = 'suspended' where phone_number = '+15550200001';
select test.as_role('frontdesk_api') \g /dev/null
select outcome from api.voice_start(test.sid(5), :account, '+15550300009', '+15550200001', 'n', 60,
                                    'r') \gset
select test.nobody() \g /dev/null
select is(:'outcome'::text, 'inactive', 'a call that is refused');
select test.exact('counts as failed at once');
delete from frontdesk.agents where id = :agent_a;
select test.exact('an agent may be removed');
select is((select count(*)::int from frontdesk.call_stats where agent_id = :agent_a and calls <> 0),
          0, 'its calls are nobody''s then');
insert into frontdesk.call_keys (call_id, client_id, created_at)
values ('c8000000-0000-4000-8000-000000000000', :client_b, now() + interval '8 months');
insert into frontdesk.calls (id, client_id, created_at, route, status, settled_at, settled_seconds)
values ('c8000000-0000-4000-8000-000000000000', :client_b, now() + interval '8 months', 'stream',
        'completed', now(), 7);
select test.exact('a call of a month that nobody made');
select private.partitions_ensure(9) \g /dev/null
select test.exact('is not counted again when the month is');

-- Calls from before there were sums.
alter table frontdesk.calls disable trigger call_stats;
insert into frontdesk.call_keys (call_id, client_id, created_at)
values ('c9000000-0000-4000-8000-000000000000', :client_b, now() - interval '2 days');
insert into frontdesk.calls (id, client_id, created_at, route, status, settled_at, settled_seconds)
values ('c9000000-0000-4000-8000-000000000000', :client_b, now() - interval '2 days', 'stream',
        'completed', now(), 7);
alter table frontdesk.calls enable trigger call_stats;
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.job_partitions('{}'), 'done', 'are counted by a job');
select test.nobody() \g /dev/null
select test.exact('once and for all');

-- What is told.
insert into frontdesk.payments (client_id, reference, amount_cents, refunded_cents, seconds, status,
                                paid_at) values
    (:client_a, 'p1', 5000, 500, 600, 'paid', now()), (:client_b, 'p2', 900, 0, 60, 'paid', now());
select test.as_user(:owner_a) \g /dev/null
select calls, ai_ratio, bookings, booking_rate, lead_rate, missed, failed, seconds, hours::text,
       latency_ms ->> 'p50' as p50, latency_ms ->> 'p95' as p95, latency_ms ->> 'p99' as p99,
       revenue #>> '{0,cents}' as revenue, cost ->> 'micros' as cost, series::text, peak_hour
  from api.analytics(:client_a, p_by => 'day') \gset told_
select is(:'told_calls' || ' ' || :'told_ai_ratio' || ' ' || :'told_bookings' || ' '
          || :'told_booking_rate' || ' ' || :'told_failed' || ' ' || :'told_seconds',
          '4 0.750 1 0.250 2 110', 'sums and rates of one''s own');
select ok(abs(:'told_p50'::numeric / 500 - 1) < 0.025
          and abs(:'told_p95'::numeric / 950 - 1) < 0.025
          and abs(:'told_p99'::numeric / 990 - 1) < 0.025, 'how long callers waited');
select is(:'told_revenue'::text, '4500', 'what was paid');
select is(:'told_cost'::text, '60000', 'what it cost');
select is((select sum(h::int)::int from json_array_elements_text(:'told_hours') h), 4, 'by hour');
select is(json_array_length(:'told_series'), 1, 'a day is one of the series');
select is((select json_array_length(series) from api.analytics(:client_a, p_by => 'hour')), 24,
          'hours are 24');
select is((select series #>> '{0,provider}' from api.analytics(:client_a, p_by => 'provider')),
          null, 'a removed agent has no provider');
select throws_ok($$ select * from api.analytics('cb000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'another''s is not there');
select is((select calls from api.analytics()), 4::bigint, 'all of mine');
select test.as_user(:admin_id) \g /dev/null
select cmp_ok((select calls from api.analytics()), '>=', 6::bigint, 'all there are, for an admin');
select throws_ok($$ select * from api.analytics(p_from => '2020-01-01') $$, 'FD422', null,
                 'a year at most');
select results_eq($$ select sum(calls)::int, sum(seconds)::int from api.usage_list(
    'ca000000-0000-4000-8000-000000000000', 'month') $$, $$ values (4, 110) $$, 'usage by month');

select * from finish();
rollback;
