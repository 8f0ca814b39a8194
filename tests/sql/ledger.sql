-- SPDX-License-Identifier: BSD-2-Clause
-- Money: the ledger is only added to, a balance is its sum and never negative, and a call is
-- settled once.

begin;
\ir lib/fixture.sql
select plan(37);

create function test.balance(p_client uuid) returns int language sql security definer as
$$ select balance_seconds from frontdesk.clients where id = p_client $$;

create function test.end(p_call uuid, p_seconds int) returns json language plpgsql as $$
declare
    v_result json;
begin
    perform test.as_role('frontdesk_worker');
    v_result := worker.call_end(p_call, 1, 'completed', 'caller_hangup', p_seconds, null);
    perform test.nobody();
    return v_result;
end
$$;

create function test.reserve(p_call uuid, p_seconds int) returns int language plpgsql as $$
declare
    v_result int;
begin
    perform test.as_role('frontdesk_worker');
    v_result := worker.call_reserve(p_call, 1, p_seconds);
    perform test.nobody();
    return v_result;
end
$$;

-- What was written stays.
select throws_ok('update frontdesk.ledger set seconds = 1', 'FD403', 'The ledger is only added to.',
                 'no row is changed, even by a superuser');
select throws_ok('delete from frontdesk.ledger', 'FD403', 'The ledger is only added to.',
                 'none is removed');
select throws_ok('truncate frontdesk.ledger', 'FD403', 'The ledger is only added to.',
                 'nor all of them');
select throws_ok($$ update frontdesk.clients set balance_seconds = 9 $$, 'FD403',
                 'A balance changes by the ledger only.', 'a balance is not set');
select throws_ok($$ insert into frontdesk.clients (owner_user_id, name, balance_seconds)
    values ('0a000000-0000-4000-8000-000000000000', 'Rich', 9) $$, 'FD403',
    'A balance changes by the ledger only.', 'nor brought along');

-- Adding.
insert into frontdesk.ledger (client_id, kind, seconds, reference)
values (:client_a, 'purchase', 400, 'pay-1');
select is(test.balance(:client_a), 4000, 'a purchase adds');
insert into frontdesk.ledger (client_id, kind, seconds, reference)
values (:client_a, 'purchase', 400, 'pay-1');
select is(test.balance(:client_a), 4000, 'once');
insert into frontdesk.ledger (client_id, kind, seconds, reference)
values (:client_b, 'purchase', 400, 'pay-1') on conflict do nothing;
select is(test.balance(:client_b), 4000, 'the same reference is another''s own');
select throws_ok($$ insert into frontdesk.ledger (client_id, kind, seconds)
    values ('ca000000-0000-4000-8000-000000000000', 'adjustment', -4001) $$, 'FD409',
    'The balance does not cover this.', 'a balance is never negative');
select throws_ok($$ insert into frontdesk.ledger (client_id, kind, seconds)
    values ('ca000000-0000-4000-8000-000000000000', 'purchase', -1) $$, '23514', null,
    'a purchase does not take');
select throws_ok($$ insert into frontdesk.ledger (client_id, kind, seconds)
    values ('ca000000-0000-4000-8000-000000000000', 'release', 5) $$, '23514', null,
    'nothing is given back without a call');
insert into frontdesk.ledger (client_id, kind, seconds)
values (:client_a, 'grant', 1), (:client_a, 'grant', 2), (:client_a, 'adjustment', -3);
select is(test.balance(:client_a), 4000, 'several rows at once each count');

-- Who may add.
select test.as_user(:owner_a) \g /dev/null
select throws_ok($$ insert into frontdesk.ledger (client_id, kind, seconds)
    values ('ca000000-0000-4000-8000-000000000000', 'grant', 5) $$, '42501', null,
    'an owner gives itself nothing');
select test.as_user(:admin_id) \g /dev/null
select lives_ok($$ insert into frontdesk.ledger (client_id, kind, seconds)
    values ('ca000000-0000-4000-8000-000000000000', 'grant', 5) $$, 'an admin does');
select test.nobody() \g /dev/null
insert into frontdesk.ledger (client_id, kind, seconds) values (:client_a, 'adjustment', -5);

-- A call shorter than reserved.
select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select is(test.reserve(:'call', 30), 30, 'seconds are reserved');
select is(test.balance(:client_a), 3970, 'and gone from the balance');
select is(test.reserve(:'call', 30), 30, 'and more of them');
select is(test.end(:'call', 12)::jsonb, '{"settled_seconds": 12, "balance_seconds": 3988}',
          'a shorter call gives back the rest');
select is(test.end(:'call', 500)::jsonb, '{"settled_seconds": 12, "balance_seconds": 3988}',
          'once, whatever is said later');
select is(test.reserve(:'call', 30), 0, 'a call that is over reserves nothing');
select is(test.balance(:client_a), 3988, 'and costs nothing more');
select results_eq(format($$ select kind, seconds from frontdesk.ledger where call_id = %L
                             order by id $$, :'call'),
                  $$ values ('reserve', -30), ('reserve', -30), ('release', 48) $$,
                  'the ledger tells it');

-- A call longer than reserved.
select test.call_begin(2, '+15550300001', '+15550200001') as call \gset
select test.reserve(:'call', 30) \g /dev/null
select is(test.end(:'call', 100)::jsonb, '{"settled_seconds": 100, "balance_seconds": 3888}',
          'a longer call takes the rest');
select test.call_begin(3, '+15550300001', '+15550200001') as call \gset
select is(test.end(:'call', 8)::jsonb, '{"settled_seconds": 8, "balance_seconds": 3880}',
          'one that never reserved too');
select test.call_begin(4, '+15550300001', '+15550200001') as call \gset
select test.reserve(:'call', 30) \g /dev/null
select is(test.end(:'call', 30)::jsonb, '{"settled_seconds": 30, "balance_seconds": 3850}',
          'one that fits');
select test.call_begin(5, '+15550300001', '+15550200001') as call \gset
select is(test.end(:'call', 0)::jsonb, '{"settled_seconds": 0, "balance_seconds": 3850}',
          'one of no length');

-- The end of the money.
insert into frontdesk.ledger (client_id, kind, seconds) values (:client_a, 'adjustment', -3810);
select test.call_begin(6, '+15550300001', '+15550200001') as call \gset
select test.call_begin(7, '+15550300002', '+15550200001') as other \gset
select is(test.reserve(:'call', 30), 30, 'of forty seconds thirty');
select is(test.reserve(:'other', 30), 10, 'then what is left');
select is(test.reserve(:'call', 30), 0, 'then nothing');
select is(test.balance(:client_a), 0, 'the balance is empty');
select is(test.end(:'call', 95)::jsonb, '{"settled_seconds": 30, "balance_seconds": 0}',
          'what is not there is not taken');
select is(test.end(:'other', 4)::jsonb, '{"settled_seconds": 4, "balance_seconds": 6}',
          'what is left over comes back');
select test.as_role('frontdesk_worker') \g /dev/null
select set_config('test.call', :'call', true) \g /dev/null
select throws_ok($$ select worker.call_reserve(current_setting('test.call')::uuid, 1, 0) $$,
                 'FD422', null, 'nothing is no reservation');
select throws_ok($$ select worker.call_reserve(current_setting('test.call')::uuid, 1, -30) $$,
                 'FD422', null, 'nor less than nothing');
select test.nobody() \g /dev/null

-- Always.
select is_empty($$
    select c.id from frontdesk.clients c
     where c.balance_seconds <> (select coalesce(sum(l.seconds), 0) from frontdesk.ledger l
                                  where l.client_id = c.id) $$,
    'every balance is the sum of its ledger');
select is_empty($$
    select c.id from frontdesk.calls c
     where c.settled_seconds is distinct from
           (select -coalesce(sum(l.seconds), 0) from frontdesk.ledger l
             where l.client_id = c.client_id and l.call_id = c.id)
       and c.settled_at is not null $$,
    'every settled call cost what its ledger says');
select is_empty($$
    select id from (select id, balance_after, sum(seconds) over (partition by client_id
                                                                 order by id) as s
                      from frontdesk.ledger) l where balance_after <> s $$,
    'every row knows the balance after it');

select * from finish();
rollback;
