-- SPDX-License-Identifier: BSD-2-Clause
-- A worker's call: claiming, fencing, turns, events, and what the dashboard shows of it.

begin;
\ir lib/fixture.sql
select plan(40);

select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select set_config('test.call', :'call', true) \g /dev/null
create function test.id() returns uuid language sql as
$$ select current_setting('test.call')::uuid $$;

-- What a claim gives.
create temporary table claim (c jsonb);
grant all on claim to public;
create function test.fenced(p_statement text, p_what text) returns text language sql as
$$ select throws_ok(p_statement, 'FD409', 'Another worker has this call.', p_what) $$;
select test.as_role('frontdesk_worker') \g /dev/null
insert into claim select worker.call_claim(test.id(), 'node-2')::jsonb;
select test.nobody() \g /dev/null
select is((select c ->> 'epoch' from claim), '2', 'each claim counts');
select set_eq('select jsonb_object_keys(c) from claim', array[
    'call_id', 'client_id', 'agent_id', 'epoch', 'client_name', 'timezone', 'caller_phone',
    'contact_name', 'language', 'pipeline', 'greeting', 'system_prompt', 'voice', 'tts_speed',
    'stt_provider', 'llm_provider', 'tts_provider', 'stt_model', 'llm_model', 'tts_model',
    'temperature', 'enabled_tools', 'interruptions',
    'endpointing_ms', 'max_call_seconds', 'balance_seconds', 'reserved_seconds', 'turns', 'state',
    'elapsed_seconds', 'started_at', 'services'], 'and gives all that a call needs');
select is((select c ->> 'greeting' from claim), 'Hello, this is Alpha.', 'the agent''s greeting');
select is((select c ->> 'timezone' from claim), 'America/New_York', 'the client''s zone');
select is((select c -> 'services' -> 0 ->> 'name' from claim), 'cleaning', 'its services');
select is((select jsonb_array_length(c -> 'turns') from claim), 0, 'no turn yet');
select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok($$ select worker.call_claim('00000000-0000-4000-8000-00000000dead', 'n') $$,
                 'FD404', 'There is no such call.', 'a call that is not can not be claimed');

-- The worker before it can change nothing.
select test.fenced($$ select worker.turn_add(test.id(), 1, 0, 'user', 'x', false, 0, null, null)
                   $$, 'an old worker writes no turn');
select test.fenced('select worker.call_reserve(test.id(), 1, 30)', 'takes no second');
select test.fenced($$ select worker.call_event(test.id(), 1, 'a.b', '{}') $$, 'no event');
select test.fenced($$ select worker.tool(test.id(), 1, 'capture_lead', '{"name": "x"}') $$,
                   'uses no tool');
select test.fenced($$ select worker.call_end(test.id(), 1, 'completed', 'x', 1, null) $$,
                   'and does not end the call');
select test.fenced('select worker.call_reserve(test.id(), null, 30)', 'no epoch is a wrong one');
select test.fenced('select worker.call_reserve(test.id(), 3, 30)', 'and so is one to come');

-- Turns.
select lives_ok($$ select worker.turn_add(test.id(), 2, 0, 'assistant', 'Hello.', false, 12,
    '{"tts_ms": 4}', '{"state": "GREETING"}') $$, 'a turn is written');
select lives_ok($$ select worker.turn_add(test.id(), 2, 1, 'user', 'Hi', false, 800, null, null)
    $$, 'and another');
select lives_ok($$ select worker.turn_add(test.id(), 2, 0, 'assistant', 'Hel', true, 12, null,
    null) $$, 'the first again, cut short');
select lives_ok($$ select worker.turn_add(test.id(), 2, 2, 'assistant', repeat('x', 100000), null,
    -5, null, '{"state": "BOOKING", "slots": {"date": "x"}}') $$, 'one that is too long is cut');
select throws_ok($$ select worker.turn_add(test.id(), 2, 3, 'caller', 'x', false, 0, null, null)
    $$, '23514', null, 'a role has to be one');
delete from claim;
insert into claim select worker.call_claim(test.id(), 'node-3')::jsonb;
select is((select c -> 'turns' -> 0 from claim),
          '{"seq": 0, "role": "assistant", "content": "Hel", "interrupted": true}'::jsonb,
          'who claims next reads them');
select is((select c -> 'state' ->> 'state' from claim), 'BOOKING', 'and the newest state');
select is((select c ->> 'epoch' from claim), '3', 'as the third');

-- Events.
select lives_ok($$ select worker.call_event(test.id(), 3, 'barge.in', '{"ms": 5}') $$,
                'an event is written');
select throws_ok($$ select worker.call_event(test.id(), 3, 'barge.in',
    json_build_object('x', repeat('x', 20000))) $$, 'FD422', null, 'unless it is too large');

-- What the owner sees.
select test.as_user(:owner_a) \g /dev/null
select results_eq($$ select client_name, caller_phone, node, state, owner_user_id
                       from api.active_call_list() $$,
                  $$ values ('Alpha', '+15550300001', 'node-3', 'booking',
                             '0a000000-0000-4000-8000-000000000000'::uuid) $$,
                  'an active call and where it stands');
select is((select turn_count from api.conversation_list(:client_a)), 3, 'turns are counted');
select is((select json_array_length(transcript) from api.conversation_get(:'call')), 3,
          'the transcript has them');
select is((select transcript -> 0 ->> 'content' from api.conversation_get(:'call')), 'Hel',
          'as they were heard');
select is((select transcript -> 0 -> 'timings' ->> 'tts_ms' from api.conversation_get(:'call')),
          '4', 'with their times');
select matches((select transcript -> 1 ->> 'timestamp' from api.conversation_get(:'call')),
               '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$', 'in UTC');
select is((select length(transcript -> 2 ->> 'content') from api.conversation_get(:'call')), 32768,
          'cut where it was too long');

-- What another owner sees.
select test.as_user(:owner_b) \g /dev/null
select is_empty('select * from api.active_call_list()', 'another owner sees no active call');
select throws_ok($$ select * from api.conversation_get(test.id()) $$, 'FD404',
                 'There is no such conversation.', 'nor the conversation');
select throws_ok($$ select * from api.conversation_get('00000000-0000-4000-8000-00000000dead') $$,
                 'FD404', 'There is no such conversation.', 'as if it were not there');
select throws_ok($$ select * from api.conversation_list(
    'ca000000-0000-4000-8000-000000000000') $$, 'FD404', 'There is no such client.',
    'nor the list');
select throws_ok($$ select * from api.appointment_list(
    'ca000000-0000-4000-8000-000000000000') $$, 'FD404', 'There is no such client.',
    'nor the calendar');

-- The end.
select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok($$ select worker.call_end(test.id(), 3, 'ringing', 'x', 1, null) $$, 'FD422',
                 null, 'a call ends in a final status');
select worker.call_end(test.id(), 3, 'completed', 'caller_hangup', 61, 'Asked for hours.')
       \g /dev/null
select throws_ok('select worker.call_claim(test.id(), $$n$$)', 'FD409', 'The call is over.',
                 'a call that is over is not claimed');
select test.as_user(:owner_a) \g /dev/null
select is_empty('select * from api.active_call_list()', 'it is not active');
select results_eq($$ select status, ended_reason, duration, summary
                       from api.conversation_get(test.id()) $$,
                  $$ values ('completed', 'caller_hangup', 61, 'Asked for hours.') $$,
                  'but a conversation');

select * from finish();
rollback;
