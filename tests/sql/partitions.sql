-- SPDX-License-Identifier: BSD-2-Clause
-- Months: made ahead, never missing, and what came before they were made moves into them.

begin;
\ir lib/fixture.sql
\ir lib/people.sql
select plan(11);

create function test.partitions() returns int language sql as
$$ select count(*)::int from pg_inherits where inhparent = 'frontdesk.calls'::regclass $$;

select cmp_ok(test.partitions(), '>=', 5, 'months are made ahead, and a default');
select is(private.partitions_ensure(3), 0, 'nothing is made twice');
select is((select tableoid::regclass::text from frontdesk.calls where id = :call_a),
          'frontdesk.calls_' || to_char(timezone('UTC', now()), 'YYYY_MM'),
          'a call is in its month');
select is((select count(distinct tableoid)::int from frontdesk.turns where call_id = :call_a), 1,
          'and its turns are in one');

-- A call of a month that nobody made.
select date_trunc('month', now()) + interval '8 months 3 days' as later \gset
insert into frontdesk.call_keys (call_id, client_id, created_at)
values ('c8000000-0000-4000-8000-000000000000', :client_a, :'later');
insert into frontdesk.calls (id, client_id, created_at, route)
values ('c8000000-0000-4000-8000-000000000000', :client_a, :'later', 'stream');
insert into frontdesk.turns (client_id, call_id, seq, call_created_at, role, content, t_ms,
                             owner_epoch, created_at)
values (:client_a, 'c8000000-0000-4000-8000-000000000000', 0, :'later', 'user', 'x', 0, 1,
        :'later');
select is((select tableoid::regclass::text from frontdesk.calls
            where id = 'c8000000-0000-4000-8000-000000000000'), 'frontdesk.calls_default',
          'is not refused');

select test.as_role('frontdesk_worker') \g /dev/null
select cmp_ok(private.partitions_ensure(9), '>=', 3, 'a worker makes months');
select test.nobody() \g /dev/null
select is((select tableoid::regclass::text from frontdesk.calls
            where id = 'c8000000-0000-4000-8000-000000000000'),
          'frontdesk.calls_' || to_char(:'later'::timestamptz at time zone 'UTC', 'YYYY_MM'),
          'what was there moves into its month');
select is((select count(*)::int from frontdesk.turns
            where call_id = 'c8000000-0000-4000-8000-000000000000'), 1, 'turns too');
select is_empty($$ select c.relname from pg_class c
    where c.relnamespace = 'frontdesk'::regnamespace and c.relispartition and c.relkind = 'r'
      and not (c.relrowsecurity and c.relforcerowsecurity) $$,
    'each has row level security, and the default again');
select throws_ok($$ insert into frontdesk.call_keys (client_id, call_sid)
    values ('cb000000-0000-4000-8000-000000000000', test.sid(901)) $$, '23505', null,
    'a CallSid is one call''s, whatever the month');
select test.as_user(:owner_a) \g /dev/null
select is((select transcript #>> '{0,content}' from api.conversation_get(
              'c8000000-0000-4000-8000-000000000000')), 'x', 'and the call is found');

select * from finish();
rollback;
