-- SPDX-License-Identifier: BSD-2-Clause
-- Streams, resuming, the owner's phone, and what the carrier says of calls.

begin;
\ir lib/fixture.sql
select plan(44);

create function test.start(p_number int) returns frontdesk.voice_answer language sql as $$
    select api.voice_start(test.sid(p_number), 'AC00000000000000000000000000000001',
                           '+15550300001', '+15550200001', 'node-1', 60, 'request') $$;

create function test.open(p_call uuid, p_nonce text, p_number int,
                          p_account text default 'AC00000000000000000000000000000001')
returns boolean language sql as $$
    select resumed from api.stream_open(p_call, p_nonce, test.sid(p_number), p_account, 'MZ1',
                                        'node-2') $$;

create function test.resume(p_number int) returns frontdesk.voice_answer language sql as $$
    select api.call_resume(test.sid(p_number), 'AC00000000000000000000000000000001', 'node-2', 60)
$$;

create function test.dial(p_number int, p_status text, p_bridged boolean)
returns frontdesk.voice_answer language sql as $$
    select api.dial_result(test.sid(p_number), 'AC00000000000000000000000000000001', p_status,
                           p_bridged, 'node-2', 60) $$;

create function test.status(p_number int, p_status text, p_sequence int, p_duration int)
returns void language sql as $$
    select api.call_status(test.sid(p_number), 'AC00000000000000000000000000000001', p_status,
                           p_sequence, p_duration) $$;

create function test.call(p_number int) returns frontdesk.calls language sql security definer as
$$ select * from frontdesk.calls where call_sid = test.sid(p_number) $$;

create function test.try_open(p_nonce text, p_number int, p_account text) returns boolean
language sql as $$ select test.open(current_setting('test.call')::uuid, p_nonce, p_number,
                                    p_account) $$;

select test.as_role('frontdesk_api') \g /dev/null
select call_id as call, token_nonce as nonce from test.start(1) \gset
select set_config('test.call', :'call', true), set_config('test.nonce', :'nonce', true) \g /dev/null

-- A nonce opens its call's stream, once.
select throws_ok($$ select test.open('00000000-0000-4000-8000-00000000dead',
    current_setting('test.nonce'), 1) $$, 'FD403', 'The stream is not expected.', 'another call');
select throws_ok($$ select test.try_open(repeat('0', 32), 1, 'AC00000000000000000000000000000001')
    $$, 'FD403', 'The stream is not expected.', 'another nonce');
select throws_ok($$ select test.try_open(null, 1, 'AC00000000000000000000000000000001') $$,
    'FD403', 'The stream is not expected.', 'no nonce');
select throws_ok($$ select test.try_open(current_setting('test.nonce'), 2,
    'AC00000000000000000000000000000001') $$, 'FD403', 'The stream is not expected.',
    'another CallSid');
select throws_ok($$ select test.try_open(current_setting('test.nonce'), 1,
    'AC00000000000000000000000000000002') $$, 'FD403', 'The stream is not expected.',
    'another account');
select is(test.open(:'call', :'nonce', 1), false, 'the right one opens it, for the first time');
select is((test.call(1)).status, 'in_progress', 'the call is in progress');
select isnt((test.call(1)).answered_at, null, 'and answered');
select throws_ok($$ select test.try_open(current_setting('test.nonce'), 1,
    'AC00000000000000000000000000000001') $$, 'FD403', 'The stream is not expected.',
    'a second time it does not');

-- Resume.
select outcome, token_nonce as nonce from test.resume(1) \gset r_
select is(:'r_outcome'::text, 'stream', 'a call whose stream ended goes on');
select isnt(:'r_nonce'::text, :'nonce', 'with a fresh nonce');
select is(test.open(:'call', :'r_nonce', 1), true, 'and is known to be resumed');
select throws_ok($$ select api.call_resume(test.sid(1), 'AC00000000000000000000000000000002', 'n',
    60) $$, 'FD403', null, 'not by another account');
select throws_ok($$ select test.resume(99) $$, 'FD404', 'There is no such call.',
                 'a call that never was');

-- A nonce in time.
select token_nonce as nonce from test.resume(1) \gset late_
select test.nobody() \g /dev/null
update frontdesk.calls set stream_nonce_until = now() where call_sid = test.sid(1);
select test.as_role('frontdesk_api') \g /dev/null
select set_config('test.nonce', :'late_nonce', true) \g /dev/null
select throws_ok($$ select test.try_open(current_setting('test.nonce'), 1,
    'AC00000000000000000000000000000001') $$, 'FD403', null, 'too late is too late');

-- The owner first.
select test.nobody() \g /dev/null
update frontdesk.clients set routing = 'owner_first' where id = :client_a;
select test.as_role('frontdesk_api') \g /dev/null
select is((test.start(2)).outcome, 'dial_owner', 'the owner''s phone rings');
select outcome, token_nonce as nonce from test.dial(2, 'no-answer', null) \gset d_
select is(:'d_outcome'::text, 'stream', 'not taken: on to the agent');
select is((test.dial(2, 'no-answer', null)).token_nonce, :'d_nonce', 'the same when told again');
select is((test.start(3)).outcome, 'dial_owner', 'another call');
select is((test.dial(3, 'completed', true)).outcome, 'hangup', 'taken: it is over');
select results_eq($$ select (c).status, (c).call_type, (c).ended_reason, (c).settled_seconds
                       from (select test.call(3) as c offset 0) s $$,
                  $$ values ('completed', 'human', 'owner_answered', 0) $$,
                  'as a call between people that costs nothing');
select is((test.dial(3, 'no-answer', null)).outcome, 'hangup', 'whatever is said later');
select is((test.start(4)).outcome, 'dial_owner', 'a call the owner declines');
select is((test.dial(4, 'completed', false)).outcome, 'stream', 'by its screening: to the agent');

select is((test.start(9)).outcome, 'dial_owner', 'a call whose end is told first');
select test.status(9, 'completed', 4, 33) \g /dev/null
select is((test.dial(9, 'completed', true)).outcome, 'hangup', 'is over');
select is((test.call(9)).call_type || ' ' || (test.call(9)).ended_reason, 'human owner_answered',
          'and was taken all the same');

-- No money by then.
select is((test.start(5)).outcome, 'dial_owner', 'a call while there is money');
select test.nobody() \g /dev/null
insert into frontdesk.ledger (client_id, kind, seconds) values (:client_a, 'adjustment', -3600);
select test.as_role('frontdesk_api') \g /dev/null
select outcome, coalesce(message, '') as message from test.dial(5, 'busy', null) \gset m_
select is(:'m_outcome'::text, 'hangup', 'when it is gone, the agent does not take it');
select isnt(:'m_message'::text, '', 'and the caller is told');

-- Only people.
select test.nobody() \g /dev/null
update frontdesk.clients set routing = 'human_only' where id = :client_a;
select test.as_role('frontdesk_api') \g /dev/null
select is((test.start(6)).outcome, 'human_only', 'where only people answer, money is no matter');
select is((test.dial(6, 'no-answer', null)).outcome, 'hangup', 'nobody did: it is over');
select is((test.call(6)).status, 'no_answer', 'and says why');

-- What the carrier says.
select test.nobody() \g /dev/null
insert into frontdesk.ledger (client_id, kind, seconds) values (:client_a, 'grant', 600);
update frontdesk.clients set routing = 'ai_only' where id = :client_a;
select test.as_role('frontdesk_api') \g /dev/null
select test.start(7) \g /dev/null
select test.status(7, 'in-progress', 2, null) \g /dev/null
select test.status(7, 'ringing', 1, null) \g /dev/null
select is((test.call(7)).carrier_status, 'in_progress', 'what comes late does not go back');
select test.status(7, 'canceled', 3, null) \g /dev/null
select is((test.call(7)).status, 'canceled', 'a call that never streamed is closed');
select test.status(7, 'completed', 4, 9), test.status(7, 'ringing', 5, null) \g /dev/null
select is((test.call(7)).status, 'canceled', 'once');
select is((test.call(7)).carrier_status, 'canceled', 'a final word is the last');
select is((test.start(7)).outcome, 'hangup', 'and its webhook starts nothing');
select is((test.resume(7)).outcome, 'hangup', 'nor does resuming');
select throws_ok($$ select test.status(7, 'dancing', 9, null) $$, 'FD400', null,
                 'a status has to be one');
select throws_ok($$ select test.status(98, 'completed', 9, null) $$, 'FD404', null,
                 'of a call that is');

select call_id as call, token_nonce as nonce from test.start(8) \gset
select test.open(:'call', :'nonce', 8) \g /dev/null
select test.as_role('frontdesk_worker') \g /dev/null
select worker.call_claim(:'call', 'node-1') \g /dev/null
select test.as_role('frontdesk_api') \g /dev/null
select test.status(8, 'completed', 3, 42) \g /dev/null
select is((test.call(8)).status, 'in_progress', 'a call a worker has is ended by the worker');
select test.as_role('frontdesk_api') \g /dev/null
select is((select count(*)::int from api.active_call_list()), 0,
          'whoever is nobody sees no active call');
select test.as_user(:owner_a) \g /dev/null
select is((select state from api.active_call_list() where call_id = :'call'), 'in_progress',
          'its owner does');

select * from finish();
rollback;
