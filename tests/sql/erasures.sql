-- SPDX-License-Identifier: BSD-2-Clause
-- Erasing a person, a client, a user, and what was kept long enough; and that nothing is left.

begin;
\ir lib/fixture.sql
\ir lib/people.sql
select plan(66);

-- The number in every way it may be written, and the name.
\set pattern '''5550300001(?![0-9])|555[ .-]*030[ .-]*0001(?![0-9])|\\yAnn\\y'''

create function test.job(p_queue text, p_payload jsonb) returns text language plpgsql as $$
declare
    v_result text;
begin
    perform test.as_role('frontdesk_worker');
    execute format('select worker.job_%s($1)', p_queue) into v_result using p_payload;
    perform test.nobody();
    return v_result;
end
$$;

select test.as_role('frontdesk_worker') \g /dev/null
select worker.turn_add(:call_a, 1, 2, 'user', 'My number is +1 (555) 030-0001', false, 2000, null,
                       '{"phone": "+15550300001"}'),
       worker.turn_add(:call_a, 1, 3, 'tool', '{"phone": "+15550300001"}', false, 2500, null, null),
       worker.call_event(:call_a, 1, 'test.number', '{"number": "+15550300001"}'),
       worker.call_end(:call_a, 1, 'completed', 'test', 30, 'Ann of 555-030-0001 called')
    \g /dev/null
select test.nobody() \g /dev/null

-- Others who mention it: another caller's words, its lead, a note, an entry of knowledge.
select test.call_begin(910, '+15550300077', '+15550200001') as friend \gset
select test.as_role('frontdesk_worker') \g /dev/null
select worker.turn_add(:'friend', 1, 0, 'user',
                       'Please call my friend at 555-030-0001 or 15550300001', false, 100, null,
                       null),
       worker.call_end(:'friend', 1, 'completed', 'test', 10, 'Call back 5550300001') \g /dev/null
select test.nobody() \g /dev/null
select test.call_begin(911, '+15550300078', '+15550200001') as giver \gset
select test.as_role('frontdesk_worker') \g /dev/null
select worker.turn_add(:'giver', 1, 0, 'user', 'It is for my mother', false, 100, null, null),
       worker.tool(:'giver', 1, 'capture_lead', '{"name": "Eve", "phone": "(555) 030-0001"}'),
       worker.call_end(:'giver', 1, 'completed', 'test', 10, 'A lead') \g /dev/null
select test.nobody() \g /dev/null
insert into frontdesk.contacts (client_id, phone_number, name, notes)
values (:client_a, '+15550300079', 'Zoe', 'Sister of +15550300001, owns +155503000012');
insert into frontdesk.knowledge_entries (client_id, question, answer, keywords)
values (:client_a, 'Who is on duty?', 'Call (555) 030.0001 at night.', '{5550300001}');
insert into frontdesk.contacts (client_id, phone_number, name)
values (:client_b, '+15550300001', 'Ann');

insert into frontdesk.idempotency_keys (user_id, key, route, body_hash, status, body)
  select u.id::uuid, u.key, 'POST /api/contacts', repeat('a', 64), 201, u.body
    from (values
    (:owner_a, 'k1', '{"phone_number": "+15550300001"}'),
    (:owner_a, 'k2', '{"phone_number": "+15550300009"}'),
    (:owner_b, 'k1', '{"phone_number": "+15550300001"}')) u (id, key, body);

select cmp_ok((select count(*)::int from private.text_find(:client_a, :pattern)), '>=', 12,
              'the number is in many places');
select id as ann from frontdesk.contacts
 where client_id = :client_a and phone_number = '+15550300001' \gset

-- Asking.
select test.as_user(:owner_b) \g /dev/null
select throws_ok(format('select * from api.contact_erase(%L)', :'ann'), 'FD404', null,
                 'another does not ask');
select test.as_user(:owner_a) \g /dev/null
select id as erasure, status, rows_erased::text as rows from api.contact_erase(:'ann') \gset
select is(:'status'::text, 'waiting', 'an erasure is asked for');
select is((select id from api.contact_erase('+15550300001', :client_a)), :'erasure',
          'a second time is the first');
select test.nobody() \g /dev/null
select is((select count(*)::int from frontdesk.jobs where queue = 'erase_contact'), 1,
          'one job will do it');
select is((select count(*)::int from frontdesk.jobs where payload::text ~ '0300001'), 0,
          'and does not have the number');
select is((select subject_hash from frontdesk.erasures where id = :'erasure'),
          encode(sha256(convert_to(:client_a || ' +15550300001', 'UTF8')), 'hex'),
          'the proof has a hash of it alone');

-- Doing.
select is(test.job('erase_contact', (select payload from frontdesk.jobs
                                      where queue = 'erase_contact')), 'done', 'the job does it');
select is_empty(format('select * from private.text_find(%L, %L)', :client_a, :pattern),
                'the number is nowhere, nor the name');
select results_eq($$ select user_id, key from frontdesk.idempotency_keys order by 1, 2 $$,
                  format($$ values (%L::uuid, 'k2'), (%L, 'k1') $$, :owner_a, :owner_b),
                  'nor in an answer that was kept for the owner');
select is((select status from frontdesk.erasures where id = :'erasure'), 'done', 'it is done');
select results_eq(format($$ select (rows_erased ->> 'calls')::int, (rows_erased ->> 'turns')::int,
    (rows_erased ->> 'leads')::int, (rows_erased ->> 'appointments')::int,
    (rows_erased ->> 'contacts')::int from frontdesk.erasures where id = %L $$, :'erasure'),
    $$ values (2, 5, 2, 1, 1) $$, 'the proof says how much');
select results_eq(format($$ select caller_phone, summary, contact_id, settled_seconds
                              from frontdesk.calls where id = %L $$, :call_a),
                  $$ values ('', null::text, null::uuid, 30) $$, 'the call stays, nobody''s');
select is((select sum(seconds)::int from frontdesk.ledger where client_id = :client_a
              and call_id = :call_a), -30, 'with its cost');
select is((select content from frontdesk.turns where call_id = :'friend'),
          'Please call my friend at [erased] or [erased]', 'who mentioned it said something else');
select is((select summary from frontdesk.calls where id = :'friend'), 'Call back [erased]',
          'as the summary');
select is((select notes from frontdesk.contacts where client_id = :client_a
              and phone_number = '+15550300079'), 'Sister of [erased], owns +155503000012',
          'notes too, and no longer number');
select is((select answer || keywords::text from frontdesk.knowledge_entries
            where client_id = :client_a and question like 'Who%'),
          'Call [erased] at night.{[erased]}', 'and knowledge');
select is((select caller_phone from frontdesk.calls where id = :'giver'), '+15550300078',
          'who gave the number for a lead is still known');
select is((select count(*)::int from frontdesk.turns where call_id = :'giver'), 0,
          'what was said then is not');
select is((select count(*)::int from frontdesk.contacts where client_id = :client_b
              and phone_number = '+15550300001'), 1, 'what another client knows is its own');
select is((select count(*)::int from frontdesk.turns where call_id = :call_b), 2, 'all of it');
select is(test.job('erase_contact', jsonb_build_object('client_id', :client_a,
          'erasure_id', :'erasure')), 'done', 'a second time changes nothing');
select is((select (rows_erased ->> 'calls')::int from frontdesk.erasures where id = :'erasure'), 2,
          'not even the proof');
select test.as_user(:owner_a) \g /dev/null
select is((select status from api.erasure_get(:'erasure')), 'done', 'who asked can see it');
select is((select count(*)::int from api.erasure_list(:client_a) where kind = 'contact'), 1,
          'in a list');
select test.as_user(:owner_b) \g /dev/null
select throws_ok(format('select * from api.erasure_get(%L)', :'erasure'), 'FD404', null,
                 'another can not');
select test.nobody() \g /dev/null
select throws_ok($$ select worker.job_erase_contact(
    '{"client_id": "ca000000-0000-4000-8000-000000000000"}') $$, 'FD404', null,
    'a job without an erasure');

-- Not while a call goes on.
select test.call_begin(912, '+15550300088', '+15550200001') as live \gset
select test.as_user(:owner_a) \g /dev/null
select id as erasure3 from api.contact_erase('+15550300088') \gset
select test.nobody() \g /dev/null
select throws_ok(format($$ select test.job('erase_contact', %L) $$, jsonb_build_object(
    'client_id', :client_a, 'erasure_id', :'erasure3')), 'FD409', null, 'not while a call goes on');
select test.nobody() \g /dev/null
select throws_ok(format($$ select test.job('erase_client', %L) $$, jsonb_build_object(
    'client_id', :client_a)), 'FD409', null, 'nor the client');
select test.as_role('frontdesk_worker') \g /dev/null
select worker.call_end(:'live', 1, 'completed', 'test', 5, 'Hm.') \g /dev/null
select test.nobody() \g /dev/null
select is(test.job('erase_contact', jsonb_build_object('client_id', :client_a,
          'erasure_id', :'erasure3')), 'done', 'but soon after');

-- A number that never was a contact, and more calls than fit in one go.
select test.as_user(:owner_a) \g /dev/null
select id as erasure2 from api.contact_erase('+15550300555', :client_a) \gset
select test.nobody() \g /dev/null
insert into frontdesk.call_keys (call_id, client_id, created_at)
select gen_random_uuid(), :client_a, now() - interval '1 hour' from generate_series(1, 250);
insert into frontdesk.calls (id, client_id, created_at, route, status, caller_phone)
select k.call_id, k.client_id, k.created_at, 'stream', 'completed', '+15550300555'
  from frontdesk.call_keys k
 where k.client_id = :client_a and k.created_at = now() - interval '1 hour';
select is(test.job('erase_contact', jsonb_build_object('client_id', :client_a,
          'erasure_id', :'erasure2')), 'more', 'many calls take more than one step');
select is(test.job('erase_contact', jsonb_build_object('client_id', :client_a,
          'erasure_id', :'erasure2')), 'done', 'until they are done');
select is((select (rows_erased ->> 'calls')::int from frontdesk.erasures where id = :'erasure2'),
          250, 'all are counted');
select is_empty(format('select * from private.text_find(%L, %L)', :client_a, '0300555'),
                'and none is left');

-- Retention.
select is(private.retention_run(100), 0, 'nothing is old');
create function test.old_call(p_days int, p_client uuid) returns uuid language plpgsql as $$
declare
    v_id uuid := gen_random_uuid();
    v_at timestamptz := now() - make_interval(days => p_days);
begin
    insert into frontdesk.call_keys (call_id, client_id, created_at) values (v_id, p_client, v_at);
    insert into frontdesk.calls (id, client_id, created_at, route, status, settled_at,
                                 settled_seconds, summary)
    values (v_id, p_client, v_at, 'stream', 'completed', v_at, 1, 'It was about tea.');
    insert into frontdesk.turns (client_id, call_id, seq, call_created_at, role, content, t_ms,
                                 owner_epoch, created_at)
    values (p_client, v_id, 0, v_at, 'user', 'tea', 0, 1, v_at);
    insert into frontdesk.recordings (client_id, call_id, location, status, created_at)
    values (p_client, v_id, v_id || '.wav', 'ready', v_at);
    return v_id;
end
$$;
select test.old_call(10, :client_a) as c10, test.old_call(40, :client_a) as c40,
       test.old_call(100, :client_a) as c100, test.old_call(400, :client_a) as c400,
       test.old_call(400, :client_b) as b400 \gset
select test.as_user(:owner_a) \g /dev/null
select results_eq($$ select transcript_days, call_days, recording_days from api.retention_update(
    'ca000000-0000-4000-8000-000000000000',
    '{"transcript_days": 60, "call_days": 200, "recording_days": 30}') $$,
    $$ values (60, 200, 30) $$, 'an owner says how long');
select throws_ok($$ select * from api.retention_update('ca000000-0000-4000-8000-000000000000',
    '{"call_days": 50}') $$, 'FD422', null, 'not a text longer than its call');
select throws_ok($$ select * from api.retention_get('cb000000-0000-4000-8000-000000000000') $$,
    'FD404', null, 'for its own alone');
select test.nobody() \g /dev/null
select is(test.job('retention', '{}'), 'done', 'the job');
select is((select count(*)::int from frontdesk.calls where id = :'c400'), 0, 'old calls go');
select is((select count(*)::int from frontdesk.call_keys where call_id = :'c400'), 0,
          'with their keys');
select results_eq(format($$ select summary, erased_at is not null from frontdesk.calls
    where id = %L $$, :'c100'), $$ values (null::text, true) $$, 'texts go earlier');
select is((select count(*)::int from frontdesk.turns where call_id = :'c100'), 0, 'every word');
select is((select string_agg(status, ',' order by created_at) from frontdesk.recordings
            where client_id = :client_a and call_id in (:'c10', :'c40', :'c100')),
          'removed,removed,ready', 'recordings earlier still');
select is((select count(*)::int from frontdesk.turns where call_id in (:'c10', :'c40')), 2,
          'what is not old stays');
select results_eq(format($$ select count(t.content)::int, min(r.status)
    from frontdesk.calls c left join frontdesk.turns t on t.call_id = c.id
    join frontdesk.recordings r on r.call_id = c.id where c.id = %L $$, :'b400'),
    $$ values (0, 'removed') $$, 'another client keeps by its own days');
select is((select count(*)::int from frontdesk.erasures where kind = 'retention'
              and rows_erased ->> 'calls' = '1'), 1, 'there is a proof');
select is(test.job('retention', '{}'), 'done', 'again');
select is((select count(*)::int from frontdesk.erasures where kind = 'retention'
              and rows_erased <> '{}'), 2, 'there is nothing to do');
select test.old_call(90, :client_a), test.old_call(91, :client_a) \g /dev/null
update frontdesk.retention set transcripts_until = null where client_id = :client_a;
select is(private.retention_run(1), 1, 'little by little');
select is(private.retention_run(1), 1, 'each time');

-- Months taken out.
insert into frontdesk.call_keys (call_id, client_id, created_at)
values ('c7000000-0000-4000-8000-000000000000', :client_b, '2001-03-05');
create table frontdesk.calls_2001_03 partition of frontdesk.calls
    for values from ('2001-03-01 00:00+00') to ('2001-04-01 00:00+00');
alter table frontdesk.calls_2001_03 owner to frontdesk_owner;
insert into frontdesk.calls (id, client_id, created_at, route)
values ('c7000000-0000-4000-8000-000000000000', :client_b, '2001-03-05', 'stream');
select is(test.job('partitions', '{"detach": "2001-03"}'), 'done', 'a month is taken out');
select is((select count(*)::int from frontdesk.calls where created_at < '2002-01-01'), 0,
          'its calls are not there');
select is((select count(*)::int from archive.calls_2001_03), 1, 'but in the archive');
select throws_ok(format($$ select worker.job_partitions('{"detach": "%s"}') $$,
    to_char(now(), 'YYYY-MM')), 'FD422', null, 'not this month');
select throws_ok($$ select worker.job_partitions('{"detach": "now"}') $$, 'FD422', null,
    'nor words');
select has_schema_privilege('frontdesk_api', 'archive', 'usage')
    or has_schema_privilege('frontdesk_worker', 'archive', 'usage') as reach \gset
select is(:'reach'::text, 'f', 'nobody reaches the archive');

-- A user, then a client, then the user.
select throws_ok(format('select private.erase_user(%L)', :owner_a), 'FD409', null,
                 'who has a business is not erased');
select is(test.job('erase_client', jsonb_build_object('client_id', :client_a)), 'more',
          'a client with many calls');
select is(test.job('erase_client', jsonb_build_object('client_id', :client_a)), 'done',
          'is erased');
select results_eq(format($$ select t.table_name::text from private.text_columns() t
    cross join lateral (select (xpath('/row/n/text()', query_to_xml(format(
        'select count(*) as n from %%s where client_id = %%L', t.table_name, %L), false, true,
        '')))[1]::text::int as n) c
    where c.n > 0 group by 1 order by 1 $$, :client_a),
    $$ values ('frontdesk.audit_log'), ('frontdesk.call_keys'), ('frontdesk.client_members'),
              ('frontdesk.erasures'), ('frontdesk.ledger'), ('frontdesk.payments') $$,
    'what is left of it is money, what that refers to, and proofs');
select is((select name || is_active from frontdesk.clients where id = :client_a), 'Erasedfalse',
          'and a name that is none');
select cmp_ok((select count(*)::int from frontdesk.calls where client_id = :client_b), '>', 0,
              'others are as they were');
select private.erase_user(:owner_a) \g /dev/null
select is_empty(format($$ select id from frontdesk.users
    where email = 'a@test.example' or (id = %L and (name <> '' or is_active
                                                    or password_hash is not null)) $$, :owner_a),
    'then its owner can be');
select is((select count(*)::int from frontdesk.user_erasures where user_id = :owner_a), 1,
          'and that is kept');

select * from finish();
rollback;
