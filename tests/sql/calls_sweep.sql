-- SPDX-License-Identifier: BSD-2-Clause
-- Calls whose owner is gone for good are ended and settled once, and no others.

begin;
\ir lib/fixture.sql
select plan(25);

-- A call as it would be if it had begun so many seconds ago.
create function test.age(p_call uuid, p_seconds int) returns void language plpgsql as $$
begin
    alter table frontdesk.ledger disable trigger ledger_frozen;
    update frontdesk.ledger set created_at = created_at - make_interval(secs => p_seconds)
     where call_id = p_call;
    alter table frontdesk.ledger enable trigger ledger_frozen;
    update frontdesk.turns set created_at = created_at - make_interval(secs => p_seconds)
     where call_id = p_call;
    update frontdesk.calls
       set answered_at = answered_at - make_interval(secs => p_seconds),
           created_at = created_at - make_interval(secs => p_seconds)
     where id = p_call;
    update frontdesk.turns t set call_created_at = c.created_at
      from frontdesk.calls c where t.call_id = c.id and c.id = p_call;
    update frontdesk.call_keys k set created_at = c.created_at
      from frontdesk.calls c where c.id = p_call and k.call_id = p_call;
end
$$;

create function test.sweep(p_after_s int default 60) returns int language plpgsql as $$
declare
    v_result int;
begin
    perform test.as_role('frontdesk_worker');
    v_result := worker.calls_sweep(p_after_s);
    perform test.nobody();
    return v_result;
end
$$;

create function test.call(p_call uuid) returns frontdesk.calls language sql security definer as
$$ select c from frontdesk.calls c where c.id = p_call $$;

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

select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select test.call_begin(2, '+15550300002', '+15550200002') as other \gset

select is(test.sweep(), 0, 'a call that has just begun stays');
select throws_ok('select test.sweep(1)', 'FD422', null, 'nobody is given up at once');
select test.nobody() \g /dev/null

select is(test.reserve(:'call', 30), 30, 'a slice is paid ahead');
select test.age(:'call', 300) \g /dev/null
select is(test.reserve(:'call', 300), 300, 'and others');
select is(test.sweep(), 0, 'a call that pays stays, however old it is');

-- It paid until 200 s after its begin, and then nothing more came.
select test.age(:'call', 200) \g /dev/null
select is(test.sweep(), 1, 'one that stopped paying and talking is lost');
select is((test.call(:'call')).status, 'failed', 'it has failed');
select is((test.call(:'call')).ended_reason, 'lost', 'for that reason');
select is((test.call(:'call')).settled_seconds, 300, 'and costs what is known of it');
select is((test.call(:'call')).duration, 300, 'which is how long it was');
select is((select count(*)::int from frontdesk.call_events e
            where e.call_id = :'call' and e.kind = 'call.lost'), 1, 'its history says so');
select is((select balance_seconds from frontdesk.clients where id = :client_a), 3300,
          'the rest went back');
select is((select sum(seconds)::int from frontdesk.ledger where client_id = :client_a), 3300,
          'by the ledger');
select is(test.sweep(), 0, 'it is lost once');
select is((test.call(:'other')).status, 'in_progress', 'another''s call was left alone');

-- Its late owner.
select is(test.reserve(:'call', 30), 0, 'a late owner gets no more time');
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.call_end(:'call', 1, 'completed', 'x', 999, null) ->> 'settled_seconds', '300',
          'and settles nothing again');
select test.nobody() \g /dev/null

-- A turn is a sign of life, too.
select is(test.reserve(:'other', 30), 30, 'the other call pays');
select test.age(:'other', 120) \g /dev/null
select test.as_role('frontdesk_worker') \g /dev/null
select worker.turn_add(:'other', 1, 1, 'user', 'hello', false, 100000, null, null) \g /dev/null
select test.nobody() \g /dev/null
select is(test.sweep(), 0, 'one that talked twenty seconds ago is not lost');
select test.age(:'other', 60) \g /dev/null
select is(test.sweep(), 1, 'a minute later it is');
select is((test.call(:'other')).settled_seconds, 100, 'paid up to its last word');

-- A call whose stream never came.
select test.as_role('frontdesk_api') \g /dev/null
select (api.voice_start(test.sid(3), 'AC00000000000000000000000000000001', '+15550300003',
                        '+15550200001', 'node-1', 60, 'r')).call_id as third \gset
select test.nobody() \g /dev/null
select is(test.sweep(), 0, 'a call that rings may still be opened');
select test.age(:'third', 900) \g /dev/null
select is(test.sweep(), 1, 'but not after so long');
select is((test.call(:'third')).status, 'no_answer', 'nobody answered it');

-- A claim for a stream that was followed by another.
select test.call_begin(4, '+15550300004', '+15550200001') as fourth \gset
select set_config('test.call', :'fourth', true) \g /dev/null
select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok($$ select worker.call_claim(current_setting('test.call')::uuid, 'n', 'MZold') $$,
                 'FD409', 'The call goes on in another stream.',
                 'who adopts an old stream does not get the call');

select * from finish();
rollback;
