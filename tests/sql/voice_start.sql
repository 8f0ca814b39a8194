-- SPDX-License-Identifier: BSD-2-Clause
-- A call comes in: who it is for, where it goes, and that it is one call.

begin;
\ir lib/fixture.sql
select plan(49);

create function test.voice(p_number int, p_from text, p_to text default '+15550200001')
returns frontdesk.voice_answer language plpgsql as $$
declare
    v_answer frontdesk.voice_answer;
begin
    perform test.as_role('frontdesk_api');
    v_answer := api.voice_start(test.sid(p_number), 'AC00000000000000000000000000000001', p_from,
                                p_to, 'node-1', 60, 'request');
    perform test.nobody();
    return v_answer;
end
$$;

create function test.outcome(p_number int, p_from text, p_to text default '+15550200001')
returns text language sql as $$ select (test.voice(p_number, p_from, p_to)).outcome $$;

-- One that is answered.
select (v).outcome, (v).client_id, (v).client_name, (v).agent_id, (v).pipeline, (v).language,
       (v).call_id, (v).token_nonce as nonce, (v).token_expires_at as until,
       (v).message is null as silent
  from (select test.voice(1, '+15550300001') as v offset 0) s \gset v_
select is(:'v_outcome'::text, 'stream', 'a call to a client is streamed');
select is(:'v_client_id'::uuid, :client_a, 'to the client of the number');
select is(:'v_agent_id'::uuid, :agent_a, 'by its default agent');
select is(:'v_client_name'::text, 'Alpha', 'the client has its name');
select matches(:'v_nonce'::text, '^[0-9a-f]{32}$', 'a nonce is 128 bits');
select ok(:v_until - extract(epoch from now()) between 59 and 61, 'and lives as long as asked');
select ok(:'v_silent', 'nothing is said by the carrier');
select results_eq($$ select status, caller_phone, called_phone, direction, call_type, node,
                            request_id, owner_epoch from frontdesk.calls
                      where call_sid = test.sid(1) $$,
                  $$ values ('ringing', '+15550300001', '+15550200001', 'inbound', 'ai', 'node-1',
                             'request', 0) $$, 'there is a row of it');

-- Delivered again.
select is((test.voice(1, '+15550300001')).call_id, :'v_call_id'::uuid, 'again, it is that call');
select is((test.voice(1, '+15550300001')).token_nonce, :'v_nonce', 'with the same nonce');
select is((select count(*)::int from frontdesk.calls where call_sid = test.sid(1)), 1,
          'and one row');
update frontdesk.calls set stream_nonce_until = now() - interval '1 s'
 where call_sid = test.sid(1);
select isnt((test.voice(1, '+15550300001')).token_nonce, :'v_nonce',
            'a nonce that is too old is replaced');
select throws_ok($$ select test.voice(1, '+15550300001', '+15550200002') $$, 'FD403', null,
                 'the CallSid of one number is not taken for another''s');

-- Who may say so.
select test.as_role('frontdesk_api') \g /dev/null
select throws_ok($$ select api.voice_start(test.sid(2), 'AC00000000000000000000000000000002',
    '+15550300001', '+15550200001', 'n', 60, 'r') $$, 'FD403', 'The account does not match.',
    'another account is refused');
select throws_ok($$ select api.voice_start(test.sid(2), null, '+15550300001', '+15550200001', 'n',
    60, 'r') $$, 'FD403', null, 'and so is none');
select throws_ok($$ select api.voice_start('CA1', 'AC00000000000000000000000000000001',
    '+15550300001', '+15550200001', 'n', 60, 'r') $$, 'FD400', null, 'a CallSid has its form');
select test.nobody() \g /dev/null
update frontdesk.phone_numbers set account_sid = 'AC00000000000000000000000000000002'
 where phone_number = '+15550200002';
select throws_ok($$ select test.voice(3, '+15550300001', '+15550200002') $$, 'FD403', null,
                 'a number of another account is not called by ours');
update frontdesk.phone_numbers set account_sid = null where phone_number = '+15550200002';
delete from frontdesk.settings where key = 'twilio_account_sid';
select test.as_role('frontdesk_api') \g /dev/null
select is((select outcome from api.voice_start(test.sid(4), 'AC00000000000000000000000000000009',
    '+15550300001', '+15550200001', 'n', 60, 'r')), 'stream',
    'without the setting any account is accepted');
select test.nobody() \g /dev/null
insert into frontdesk.settings (key, value) values ('twilio_account_sid', :account);

-- Nobody to answer.
select is(test.outcome(5, '+15550300001', '+15550209999'), 'unknown_number', 'an unknown number');
select is(test.outcome(6, '+15550300001', 'sip:x@y'), 'unknown_number', 'no number at all');
select isnt((test.voice(5, '+15550300001', '+15550209999')).message, null, 'is told so');
select is_empty($$ select * from frontdesk.call_keys where call_sid = test.sid(5) $$,
                'and leaves no row');

-- Contacts.
select is((select phone_number from frontdesk.contacts p join frontdesk.calls c
               on c.contact_id = p.id where c.call_sid = test.sid(1)), '+15550300001',
          'a caller becomes a contact');
select test.voice(7, '+15550300001') \g /dev/null
select is((select count(*)::int from frontdesk.contacts where phone_number = '+15550300001'), 1,
          'once');
select is((select count(distinct c.contact_id)::int from frontdesk.calls c
            where c.call_sid in (test.sid(1), test.sid(7))), 1, 'for all calls');
select test.voice(10, 'anonymous'), test.voice(11, '+266696687'), test.voice(12, 'client:bob'),
       test.voice(13, null), test.voice(14, repeat('x', 5000)), test.voice(15, E'"><b>\x01')
       \g /dev/null
select is((select count(*)::int from frontdesk.calls
            where call_sid between test.sid(10) and test.sid(15) and contact_id is null), 6,
          'callers without number are no contact');
select is((select caller_phone from frontdesk.calls where call_sid = test.sid(10)), 'anonymous',
          'what the carrier said is kept');
select is((select caller_phone from frontdesk.calls where call_sid = test.sid(15)), '"><b>',
          'without control characters');
select is((select length(caller_phone) from frontdesk.calls where call_sid = test.sid(14)), 64,
          'and within bounds');
select is((select caller_phone from frontdesk.calls where call_sid = test.sid(13)), '',
          'or nothing');
update frontdesk.contacts set is_blocked = true where phone_number = '+15550300001';
select is(test.outcome(16, '+15550300001'), 'blocked', 'a blocked contact is refused');
select is(test.outcome(17, '+15550300001', '+15550200002'), 'stream', 'by that client alone');
update frontdesk.contacts set is_blocked = false;

-- Money.
insert into frontdesk.ledger (client_id, kind, seconds) values (:client_b, 'adjustment', -3600);
select is(test.outcome(20, '+15550300001', '+15550200002'), 'no_balance', 'no balance, no answer');
select results_eq($$ select status, ended_reason, settled_seconds from frontdesk.calls
                      where call_sid = test.sid(20) $$,
                  $$ values ('failed', 'no_balance', 0) $$, 'the call is over');
select is(test.outcome(20, '+15550300001', '+15550200002'), 'no_balance', 'and stays so');
insert into frontdesk.ledger (client_id, kind, seconds) values (:client_b, 'grant', 1);
select is(test.outcome(21, '+15550300001', '+15550200002'), 'stream', 'one second is enough');

-- Clients and numbers that are switched off.
update frontdesk.phone_numbers set status = 'suspended' where phone_number = '+15550200002';
select is(test.outcome(22, '+15550300001', '+15550200002'), 'inactive', 'a suspended number');
update frontdesk.phone_numbers set status = 'active' where phone_number = '+15550200002';
update frontdesk.clients set is_active = false where id = :client_b;
select is(test.outcome(23, '+15550300001', '+15550200002'), 'inactive', 'an inactive client');
update frontdesk.clients set is_active = true where id = :client_b;

-- Routing.
update frontdesk.clients set routing = 'owner_first' where id = :client_a;
select is(test.outcome(30, '+15550300001'), 'dial_owner', 'the owner''s phone rings first');
select is((test.voice(30, '+15550300001')).owner_phone, '+15550290001', 'at its number');
select is((test.voice(30, '+15550300001')).token_nonce, null, 'and no stream is expected yet');
update frontdesk.clients set owner_phone = null where id = :client_a;
select is(test.outcome(31, '+15550300001'), 'stream', 'an owner without phone does not ring');
update frontdesk.clients set owner_phone = '+15550290001', routing = 'human_only'
 where id = :client_a;
select is(test.outcome(32, '+15550300001'), 'human_only', 'where only people answer');
select is((select call_type from frontdesk.calls where call_sid = test.sid(32)), 'human',
          'it is a call between people');
update frontdesk.clients set routing = 'ai_after_hours' where id = :client_a;
delete from frontdesk.business_hours where client_id = :client_a;
select is(test.outcome(33, '+15550300001'), 'stream', 'after hours the agent answers');
insert into frontdesk.business_hours (client_id, weekday, opens, closes)
select :client_a, d, time '00:00', time '24:00' from generate_series(1, 7) d;
select is(test.outcome(34, '+15550300001'), 'human_only', 'during hours people do');
insert into frontdesk.holiday_hours (client_id, day, name)
values (:client_a, timezone('America/New_York', now())::date, 'today');
select is(test.outcome(35, '+15550300001'), 'stream', 'but not on a holiday');
update frontdesk.clients set routing = 'ai_only', voice_mode = 'gather' where id = :client_a;
select is(test.outcome(36, '+15550300001'), 'gather', 'turn by turn where that is wanted');

-- A late copy of a webhook.
update frontdesk.calls set status = 'completed' where call_sid = test.sid(36);
select is(test.outcome(36, '+15550300001'), 'hangup', 'a call that is over does not start again');

select * from finish();
rollback;
