-- SPDX-License-Identifier: BSD-2-Clause
-- What owners do themselves: leads, appointments, and reading the ledger.

begin;
\ir lib/fixture.sql
\ir lib/people.sql
select plan(45);

-- Leads.
select id as lead from frontdesk.leads where client_id = :client_a \gset
select id as theirs from frontdesk.leads where client_id = :client_b \gset
select test.as_user(:owner_a) \g /dev/null
select results_eq(format($$ select name, reason, status, fields ->> 'pet', call_id
                              from api.lead_get(%L) $$, :'lead'),
                  format($$ values ('Ann', 'a question', 'new', 'cat', %L::uuid) $$, :call_a),
                  'a lead with its fields');
select results_eq(format($$ select status, notes, name, fields::text from api.lead_update(%L,
    '{"status": "contacted", "notes": "Called back", "fields": {"pet": "dog", "age": "3"}}') $$,
    :'lead'), $$ values ('contacted', 'Called back', 'Ann', '{ "age" : "3", "pet" : "dog" }') $$,
    'is changed in what is given');
select is((select fields::text from api.lead_update(:'lead', '{"fields": {"age": "4"}}')),
          '{ "age" : "4" }', 'fields are all there are');
select is((select fields::text from api.lead_update(:'lead', '{"email": null}')),
          '{ "age" : "4" }', 'and stay when they are not given');
select throws_ok(format($$ select * from api.lead_update(%L, '{"fields": {"Bad name": "x"}}') $$,
    :'lead'), 'FD422', null, 'by their names');
select throws_ok(format($$ select * from api.lead_update(%L, '{"status": "closed"}') $$,
    :'theirs'), 'FD404', null, 'another''s lead is not there');
select throws_ok(format($$ select * from api.lead_get(%L) $$, :'theirs'), 'FD404', null,
                 'to be seen');
select throws_ok(format($$ select * from api.lead_delete(%L) $$, :'theirs'), 'FD404', null,
                 'or removed');
select is((select count(*)::int from api.lead_list(:client_a, 'contacted')), 1, 'by status');
select is((select count(*)::int from api.lead_list(:client_a, 'new')), 0, 'not another');
select is((select count(*)::int from api.lead_list(:client_a, p_q => 'QUEST')), 1, 'by words');
select is((select count(*)::int from api.lead_list(:client_a, p_q => '0300001')), 1, 'by number');
select is((select count(*)::int from api.lead_list()), 1, 'of all my clients');
select is((select count(*)::int from api.lead_list(:client_a, p_to => now() - interval '1 day')),
          0, 'by time');
select is((select message from api.lead_status_set(:client_a, json_build_object('ids',
           json_build_array(:'lead'), 'status', 'closed'))), '1 lead updated successfully',
          'many at once');
select throws_ok(format($$ select * from api.lead_status_set(%L, %L) $$, :client_a,
    json_build_object('ids', json_build_array(:'lead', :'theirs'), 'status', 'new')), 'FD404',
    null, 'not with another''s among them');
select is((select status from api.lead_get(:'lead')), 'closed', 'which changes none');
select throws_ok(format($$ select * from api.lead_status_set(%L, '{"ids": ["x"]}') $$,
    :client_a), 'FD422', null, 'nor without ids');
select is((select message from api.lead_delete(:'lead')), 'Lead deleted successfully', 'removed');

-- Appointments.
select id, starts_at, ends_at, outside_hours, status from api.appointment_create(:client_a,
    json_build_object('starts_at', timezone('America/New_York', test.at(4, '10:00')::timestamp),
    'customer_name', 'Cay', 'customer_phone', '+15550300500',
    'service_id', (select id from frontdesk.services where client_id = :client_a
                    and name = 'whitening'))) \gset made_
select is(:'made_ends_at'::timestamptz - :'made_starts_at', interval '1 hour',
          'as long as its service');
select is(:'made_outside_hours' || :'made_status', 'fconfirmed', 'within hours');
select throws_ok(format($$ select * from api.appointment_create(%L, %L) $$, :client_a,
    json_build_object('starts_at', :'made_starts_at'::timestamptz + interval '30 minutes')),
    'FD409', format('That time is taken; free are %s, %s, %s.', test.day(4) || ' 11:00',
                    test.day(4) || ' 09:30', test.day(4) || ' 11:30'),
    'no two at once, and what is free');
select is((select outside_hours from api.appointment_create(:client_a, json_build_object(
    'starts_at', timezone('America/New_York', test.at(4, '20:00')::timestamp), 'minutes', 45))),
    true, 'out of hours is said, not refused');
select is((select starts_at from api.appointment_update(:'made_id', json_build_object('starts_at',
    timezone('America/New_York', test.at(5, '09:00')::timestamp)))),
    timezone('America/New_York', test.at(5, '09:00')::timestamp), 'moved');
select is((select ends_at - starts_at from api.appointment_get(:'made_id')), interval '1 hour',
          'it keeps its length');
select is((select customer_name || service from api.appointment_get(:'made_id')), 'Caywhitening',
          'and all else');
select throws_ok(format($$ select * from api.appointment_update(%L, %L) $$, :'made_id',
    json_build_object('starts_at', timezone('America/New_York', test.at(4, '20:15')::timestamp))),
    'FD409', null, 'not onto another');
select is((select status from api.appointment_update(:'made_id', '{"status": "canceled"}')),
          'canceled', 'called off');
select is((select count(*)::int from api.appointment_list(:client_a, p_status => 'canceled')), 1,
          'listed by status');
select is((select count(*)::int from api.appointment_list(:client_a)), 3, 'or all');
select throws_ok(format($$ select * from api.appointment_create(%L, '{}') $$, :client_a),
                 'FD422', null, 'without a start there is none');
select throws_ok(format($$ select * from api.appointment_create(%L, %L) $$, :client_a,
    json_build_object('starts_at', now(), 'ends_at', now())), 'FD422', null, 'nor of no length');
select throws_ok(format($$ select * from api.appointment_create(%L, %L) $$, :client_a,
    json_build_object('starts_at', now(), 'service_id', (select id from frontdesk.clients))),
    'FD422', null, 'nor of a service that is none');
select throws_ok(format($$ select * from api.appointment_create(%L, '{"starts_at": "2030-01-01"}')
    $$, :client_b), 'FD404', null, 'nor for another''s client');
select is((select message from api.appointment_delete(:'made_id')),
          'Appointment deleted successfully', 'removed');
select throws_ok(format($$ select * from api.appointment_get(%L) $$, :'made_id'), 'FD404', null,
                 'for good');
select is((select count(*)::int
             from (select * from api.appointment_list(:client_a, p_limit => 1)) f,
                  api.appointment_list(:client_a, p_cursor_key => f.starts_at::text,
                                       p_cursor_id => f.id)), 1, 'a cursor goes on');

-- The ledger.
select results_eq($$ select kind, seconds from api.ledger_list(
    'ca000000-0000-4000-8000-000000000000') $$, $$ values ('reserve', -30), ('grant', 3600) $$,
    'the ledger, newest first');
select is((select count(*)::int from api.ledger_list(:client_a, 'grant')), 1, 'by kind');
select is((select count(*)::int from api.ledger_list(:client_a, p_to => now() - interval '1 day')),
          0, 'by time');
select is((select l.kind from (select * from api.ledger_list(:client_a, p_limit => 1)) f,
           api.ledger_list(:client_a, p_cursor_key => f.created_at::text, p_cursor_id => f.id) l),
          'grant', 'a cursor goes on where time stands still');
select is(private.ledger_number(private.ledger_uuid(281474976710655)), 281474976710655,
          'a number makes an id and back');
select throws_ok($$ select * from api.ledger_list('cb000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'another''s is not there');

-- A viewer.
select test.nobody() \g /dev/null
insert into frontdesk.client_members (client_id, user_id, role)
values (:client_b, :owner_a, 'viewer');
select test.as_user(:owner_a) \g /dev/null
select throws_ok(format($$ select * from api.lead_update(%L, '{"status": "closed"}') $$,
    :'theirs'), 'FD403', null, 'a viewer changes no lead');
select throws_ok(format($$ select * from api.appointment_create(%L, '{"starts_at": "2030-01-01"}')
    $$, :client_b), 'FD403', null, 'and makes no appointment');

select * from finish();
rollback;
