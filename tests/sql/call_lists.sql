-- SPDX-License-Identifier: BSD-2-Clause
-- Calls by what is asked for: both lists, all filters, words, cursors; and one call as a whole.

begin;
\ir lib/fixture.sql
\ir lib/people.sql
select plan(68);

-- Sixty calls of client A over three months, every third busy, every fifth taken by a person.
create function test.past_call(p_n int, p_client uuid, p_at timestamptz, p_said text)
returns uuid language plpgsql as $$
declare
    v_id uuid := gen_random_uuid();
begin
    insert into frontdesk.call_keys (call_id, client_id, created_at) values (v_id, p_client, p_at);
    insert into frontdesk.calls (id, client_id, created_at, route, status, call_type, direction,
                                 caller_phone, called_phone, duration, settled_seconds,
                                 settled_at, agent_id, turn_count, owner_epoch)
    values (v_id, p_client, p_at, 'stream',
            case when p_n % 3 = 0 then 'busy' else 'completed' end,
            case when p_n % 5 = 0 then 'human' else 'ai' end, 'inbound',
            '+1555031' || lpad((p_n % 10)::text, 4, '0'), '+15550200001', p_n, p_n, p_at,
            (select a.id from frontdesk.agents a where a.client_id = p_client), 2, 1);
    insert into frontdesk.turns (client_id, call_id, seq, call_created_at, role, content, t_ms,
                                 owner_epoch, created_at, timings)
    values (p_client, v_id, 0, p_at, 'user', p_said, 1000, 1, p_at, null),
           (p_client, v_id, 1, p_at, 'assistant', 'Certainly & <gladly>', 3500, 1, p_at,
            '{"endpoint_ms": 500, "first_frame_ms": 700}');
    return v_id;
end
$$;
create function test.walk(p_q text, p_status text) returns setof uuid language plpgsql as $$
declare
    v_row record;
    v_key text;
    v_id  uuid;
    v_n   int;
begin
    loop
        v_n := 0;
        for v_row in select * from api.conversation_list(
            'ca000000-0000-4000-8000-000000000000', p_q, p_status, p_limit => 4,
            p_cursor_key => v_key, p_cursor_id => v_id) loop
            v_key := v_row.created_at::text;
            v_id := v_row.id;
            v_n := v_n + 1;
            return next v_id;
        end loop;
        exit when v_n < 4;
    end loop;
end
$$;
select test.past_call(n, :client_a, now() - n * interval '36 hours',
                      case when n % 10 = 7 then 'Do you sell purple bicycles?' else 'Hello there'
                      end) from generate_series(1, 60) n \g /dev/null
select test.past_call(n, :client_b, now() - n * interval '36 hours', 'purple elephants')
  from generate_series(1, 5) n \g /dev/null
update frontdesk.calls set status = 'completed', ended_at = now(), duration = 5,
       settled_seconds = 5, settled_at = now() where id = :call_a;

select test.as_user(:owner_a) \g /dev/null
select is((select count(*)::int from api.conversation_list(:client_a, p_limit => 100)), 61,
          'all calls of a client');
select ok((select bool_and(l.created_at <= l.before) from (
    select created_at, lag(created_at) over () as before
      from api.conversation_list(:client_a, p_limit => 100)) l), 'newest first');
select ok((select bool_and(l.created_at >= l.before) from (
    select created_at, lag(created_at) over () as before
      from api.conversation_list(:client_a, p_sort => 'created_at', p_limit => 100)) l
     where l.before is not null), 'or oldest first');
select is((select count(*)::int from api.conversation_list(:client_a)), 50, 'fifty unless told');
select is((select count(*)::int from api.conversation_list(:client_a, p_limit => 7,
                                                           p_offset => 58)), 3, 'an offset');
select is((select count(*)::int from api.conversation_list(:client_a, p_status => 'busy')), 20,
          'by status');
select is((select count(*)::int from api.conversation_list(:client_a, p_status => 'completed')),
          41, 'the usual one too');
select is((select count(*)::int from api.conversation_list(:client_a,
    p_from => now() - interval '10 days', p_to => now() - interval '1 day')), 6, 'by time');
select is((select count(*)::int from api.conversation_list(:client_a, p_status => 'busy',
    p_from => now() - interval '10 days')), 2, 'by both');
select is((select count(*)::int from api.conversation_list(:client_a,
    p_contact_id => (select contact_id from frontdesk.calls where id = :call_a))), 1,
    'by contact');
select is((select count(*)::int from api.conversation_list()), 50, 'of all my clients');
select is((select count(*)::int from api.conversation_list(p_limit => 1000)), 61, 'and no others');

-- Words.
select is((select count(*)::int from api.conversation_list(:client_a, 'bicycle')), 6,
          'words are found, whatever their form');
select is((select count(*)::int from api.conversation_list(:client_a, '"purple bicycles"')), 6,
          'phrases too');
select is((select count(*)::int from api.conversation_list(:client_a, 'elephant')), 0,
          'another''s words are not');
select is((select count(*)::int from api.conversation_list(null, 'purple')), 6,
          'nor among all that I see');
select is((select count(*)::int from api.conversation_list(:client_a, 'the')), 0,
          'words that say nothing find nothing');
select is((select count(*)::int from api.conversation_list(:client_a, ''' | !( & <-> "')), 0,
          'nor do signs');
select is((select count(*)::int from api.conversation_list(:client_a, 'purple',
                                                           p_status => 'busy')), 2,
          'words and a status');
select is((select count(*)::int from api.conversation_list(:client_a, 'purple', p_limit => 2,
                                                           p_offset => 3)), 2, 'a page of them');
select ok((select bool_and(l.created_at <= l.before) from (
    select created_at, lag(created_at) over () as before
      from api.conversation_list(:client_a, 'purple')) l), 'newest first');
select is((select array_agg(l.id) from api.conversation_list(:client_a, 'purple') l),
          (select array_agg(l.id order by l.created_at desc)
             from api.conversation_list(:client_a, 'purple', p_sort => 'created_at') l),
          'or the other way around');

-- Cursors: plain, with a filter, with words.
select results_eq($$ select count(*)::int, count(distinct w)::int from test.walk(null, null) w $$,
                  $$ values (61, 61) $$, 'a cursor comes by every call once');
select results_eq($$ select count(*)::int, count(distinct w)::int from test.walk(null, 'busy') w $$,
                  $$ values (20, 20) $$, 'with a filter');
select results_eq($$ select count(*)::int, count(distinct w)::int
                      from test.walk('purple', null) w $$, $$ values (6, 6) $$, 'with words');
select throws_ok($$ select * from api.conversation_list('ca000000-0000-4000-8000-000000000000',
    p_sort => 'created_at', p_cursor_key => '2020-01-01',
    p_cursor_id => '0c000000-0000-4000-8000-000000000000') $$, 'FD400', null,
    'not the oldest first');

-- Call logs.
select is((select count(*)::int from api.call_log_list(:client_a, p_limit => 100)), 61,
          'call logs of a client');
select is((select count(*)::int from api.call_log_list(p_limit => 100)), 61, 'of all my clients');
select is((select count(*)::int from api.call_log_list(:client_a, p_type => 'human')), 12,
          'those people took');
select is((select count(*)::int from api.call_log_list(:client_a, p_type => 'ai',
                                                       p_limit => 100)), 49, 'those they did not');
select is((select count(*)::int from api.call_log_list(:client_a, p_agent_id => :agent_a,
                                                       p_limit => 100)), 61, 'by agent');
select is((select count(*)::int from api.call_log_list(:client_a, p_agent_id => :agent_b)), 0,
          'another''s agent has none');
select is((select count(*)::int from api.call_log_list(:client_a, p_phone => '+15550310004')), 6,
          'by number');
select is((select count(*)::int from api.call_log_list(:client_a, p_min_duration => 50)), 11,
          'by length');
select is((select count(*)::int from api.call_log_list(:client_a, p_direction => 'outbound')), 0,
          'by direction');
select is((select count(*)::int from api.call_log_list(:client_a, p_q => 'bicycles')), 6,
          'by words');
select is((select agent_name from api.call_log_list(:client_a) limit 1), 'Receptionist',
          'with the agent''s name');
select throws_ok($$ select * from api.call_log_list('cb000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'not another''s');
select throws_ok($$ select * from api.call_log_list('cb000000-0000-4000-8000-000000000000',
                 p_status => 'busy') $$, 'FD404', null, 'whatever the filter');
-- A condition of rows is not asked where none is read: the refusal must not be one.
select test.nobody() \g /dev/null
set local enable_indexscan = off;
set local enable_bitmapscan = off;
select test.as_user(:owner_a) \g /dev/null
select throws_ok(format($$ select * from api.%s('cb000000-0000-4000-8000-000000000000',
                           p_from => '2100-01-01') $$, f), 'FD404', null,
                 f || ': not even when nothing is read')
  from unnest(array['conversation_list', 'call_log_list', 'appointment_list', 'ledger_list',
                    'lead_list']) f;
select test.nobody() \g /dev/null
reset enable_indexscan;
reset enable_bitmapscan;
select test.as_user(:owner_a) \g /dev/null
select is((select count(*)::int from api.call_log_list(:client_a, p_campaign_id =>
           'ea000000-0000-4000-8000-000000000000')), 0, 'by campaign');

select has_lead, has_appointment, lead ->> 'name' as lead,
       appointments #>> '{0,customer_name}' as booked,
       json_array_length(events) > 2 as has_events, json_array_length(recordings) as recordings,
       cost::text, transcript #>> '{1,content}' as said, route, summary
  from api.call_log_get(:call_a) g, lateral (select has_lead, has_appointment from frontdesk.calls
                                              where id = :call_a) c \gset one_
select is(:'one_lead' || ', ' || :'one_booked', 'Ann, Ann', 'a call has its lead and its booking');
select is(:'one_has_lead' || :'one_has_appointment', 'tt', 'and is marked by them');
select is(:'one_has_events'::text, 't', 'its events');
select is(:'one_recordings'::text, '1', 'its recording');
select is(:'one_said'::text, 'Hi, I am Ann', 'what was said');
select is((:'one_cost'::json ->> 'seconds') || ' ' || (:'one_cost'::json ->> 'micros'), '5 0',
          'what it cost: what runs here takes nothing');
select id as past from api.call_log_list(:client_a, p_q => 'bicycles') limit 1 \gset
select is((select latency_ms ->> 'p50' from api.call_log_get(:'past')), '700',
          'how long the caller waited');
select throws_ok(format($$ select * from api.call_log_get(%L) $$, gen_random_uuid()), 'FD404',
                 'There is no such call.', 'a call that is none');

-- Transcripts.
select is((select body from api.transcript_get(:'past', 'txt')),
          E'[00:00:01] Caller: Do you sell purple bicycles?\n'
          '[00:00:03] Assistant: Certainly & <gladly>' || E'\n', 'as text');
select is((select body from api.transcript_get(:'past', 'vtt')), E'WEBVTT\n\n1\n'
          '00:00:01.000 --> 00:00:03.500' || E'\n<v Caller>Do you sell purple bicycles?\n\n2\n'
          '00:00:03.500 --> 00:00:07.000' || E'\n<v Assistant>Certainly &amp; &lt;gladly&gt;\n',
          'as subtitles, to the end of the call, without tags of their own');
select is((select content_type from api.transcript_get(:'past', 'vtt')),
          'text/vtt; charset=utf-8', 'of their type');
select is((select body::json #>> '{transcript,1,content}' from api.transcript_get(:'past', null)),
          'Certainly & <gladly>', 'as JSON');
select is((select count(*)::int from api.transcript_list(:'past')), 2, 'as a list of turns');

-- Erased: no conversation any more, but a call.
select throws_ok(format($$ select * from api.conversation_delete(%L) $$, test.call_begin(950,
    '+15550300001', '+15550200001')), 'FD404', null, 'nobody erases');
select test.as_user(:owner_a) \g /dev/null
select throws_ok(format($$ select * from api.conversation_delete(%L) $$,
    (select call_id from api.active_call_list() where caller_phone = '+15550300001'
      order by start_time desc limit 1)), 'FD409', null, 'a call that goes on is not erased');
select is((select message from api.conversation_delete(:call_a)),
          'Conversation deleted successfully', 'one that is over is');
select throws_ok(format($$ select * from api.conversation_get(%L) $$, :call_a), 'FD404', null,
                 'it is no conversation any more');
select throws_ok(format($$ select * from api.conversation_delete(%L) $$, :call_a), 'FD404', null,
                 'nor erased twice');
select throws_ok(format($$ select * from api.transcript_get(%L, 'txt') $$, :call_a), 'FD404', null,
                 'nor read');
select is((select count(*)::int from api.conversation_list(:client_a, p_status => 'completed')),
          40, 'nor listed');
select results_eq(format($$ select json_array_length(transcript), settled_seconds,
                                   erased_at is not null from api.call_log_get(%L) $$, :call_a),
                  $$ values (0, 5, true) $$, 'the call stays, with what it cost');
select test.as_user(:owner_b) \g /dev/null
select throws_ok(format($$ select * from api.conversation_delete(%L) $$, :'past'), 'FD404', null,
                 'another does not erase it');
select throws_ok(format($$ select * from api.transcript_get(%L, 'txt') $$, :'past'), 'FD404', null,
                 'nor read it');

select * from finish();
rollback;
