-- SPDX-License-Identifier: BSD-2-Clause
-- Booking, moving and canceling: no two at once, and only one's own.

begin;
\ir lib/fixture.sql
select plan(52);

select test.call_begin(1, '+15550300001', '+15550200001') as ann,
       test.call_begin(2, '+15550300002', '+15550200001') as bob,
       test.call_begin(3, 'anonymous', '+15550200001') as hidden,
       test.call_begin(4, 'anonymous', '+15550200001') as hidden2,
       test.call_begin(5, '+15550300001', '+15550200002') as elsewhere \gset

create function test.book(p_call uuid, p_start text, p_more text default '{}') returns jsonb
language sql as $$
    select test.tool(p_call, 'book_appointment', (jsonb_build_object('start', p_start, 'name',
                     'Ann') || p_more::jsonb)::text) $$;

-- Booking.
select test.book(:'ann', test.at(2, '10:00'), '{"service": "a cleaning, please",
                                                       "notes": "For two"}') as booked \gset
select is(:'booked'::jsonb ->> 'ok', 'true', 'a free start is booked');
select is(:'booked'::jsonb ->> 'start', test.at(2, '10:00'), 'in the client''s time');
select is(:'booked'::jsonb ->> 'end', test.at(2, '10:30'), 'as long as the service');
select results_eq(format($$ select service, customer_name, customer_phone, status, call_id, resource
                              from frontdesk.appointments where id = %L $$,
                         :'booked'::jsonb ->> 'appointment_id'),
                  format($$ values ('cleaning', 'Ann', '+15550300001', 'confirmed', %L::uuid,
                                    'main') $$, :'ann'), 'for the caller, by this call');
select is((select notes from frontdesk.appointments
            where id = (:'booked'::jsonb ->> 'appointment_id')::uuid), 'For two', 'with its notes');
select is((select name from frontdesk.contacts where phone_number = '+15550300001'
              and client_id = :client_a), 'Ann', 'the contact has its name now');
select is(test.book(:'ann', test.at(2, '10:00')), :'booked'::jsonb,
          'the same call asking again gets the same');
select is(test.book(:'bob', test.at(2, '10:00')) ->> 'error', 'taken', 'another call does not');
select is(test.book(:'bob', test.at(2, '10:00')) -> 'alternatives',
          jsonb_build_array(test.at(2, '09:30'), test.at(2, '10:30'), test.at(2, '09:00')),
          'but hears what is near');
select is(test.book(:'bob', test.at(2, '09:30'), '{"service": "whitening"}') ->> 'error', 'taken',
          'nor a start that would run into it');
select is(test.book(:'bob', test.at(2, '10:30')) ->> 'ok', 'true', 'what follows is free');
select is(test.book(:'elsewhere', test.at(2, '10:00')) ->> 'ok', 'true',
          'another client''s calendar is another''s');
select throws_ok(format($$ insert into frontdesk.appointments (client_id, starts_at, ends_at)
    select client_id, starts_at + interval '29 min', ends_at + interval '1 h'
      from frontdesk.appointments where id = %L $$, :'booked'::jsonb ->> 'appointment_id'),
    '23P01', null, 'not even a superuser books twice');

-- What can not be booked.
select is(test.book(:'bob', test.at(2, '08:30')) ->> 'error', 'closed', 'before opening');
select is(test.book(:'bob', test.at(2, '17:00')) ->> 'error', 'closed', 'at closing');
select is(test.book(:'bob', test.at(2, '16:30'), '{"service": "whitening"}') ->> 'error', 'closed',
          'what would not end in time');
select is(test.book(:'bob', test.at(2, '16:00'), '{"service": "whitening"}') ->> 'ok', 'true',
          'what just does');
select is(test.book(:'bob', test.at(-1, '10:00')) ->> 'error', 'past', 'yesterday');
select is(test.book(:'bob', test.at(61, '10:00')) ->> 'error', 'too_far', 'too far ahead');
select is(test.book(:'bob', test.at(2, '11:07')) ->> 'error', 'invalid', 'between two slots');
select is(test.book(:'bob', 'tomorrow at ten') ->> 'error', 'invalid', 'words');
select is(test.book(:'bob', test.day(2)::text) ->> 'error', 'invalid', 'a date without time');
select is(test.book(:'bob', '2027-02-31T10:00') ->> 'error', 'invalid', 'a date that is none');
select is(test.tool(:'bob', 'book_appointment', '{"start": 5, "name": "B"}') ->> 'error',
          'invalid', 'a number');
select is(test.book(:'bob', test.at(2, '11:00'), '{"phone": "call me"}') ->> 'field', 'phone',
          'a phone that is none');
select is(test.book(:'bob', test.at(2, '11:00'), '{"phone": "(212) 555-0199"}') ->> 'ok', 'true',
          'a phone in the local way');
select is((select customer_phone from frontdesk.appointments where starts_at
              = timezone('America/New_York', test.at(2, '11:00')::timestamp)), '+12125550199',
          'is kept as E.164');
select is(test.tool(:'hidden', 'book_appointment', json_build_object('start', test.at(3, '10:00'),
          'name', 'X')::text) ->> 'field', 'phone', 'a caller without number has to give one');
select is(test.book(:'hidden', test.at(3, '10:00'), '{"phone": "+12125550100"}') ->> 'ok', 'true',
          'and then books');

-- The rules of the client: how soon.
update frontdesk.clients set lead_minutes = 4320 where id = :client_a;
select is(test.book(:'bob', test.at(2, '15:00')) ->> 'error', 'past', 'too soon');
update frontdesk.clients set lead_minutes = 60 where id = :client_a;

-- Buffers.
update frontdesk.clients set buffer_after_minutes = 10 where id = :client_a;
select is(test.book(:'ann', test.at(4, '10:00')) ->> 'ok', 'true', 'with ten minutes after it');
select is(test.book(:'bob', test.at(4, '10:30')) ->> 'error', 'taken', 'what follows is not free');
select is(test.book(:'bob', test.at(4, '09:30')) ->> 'error', 'taken',
          'nor what would have its ten minutes in it');
select is(test.book(:'bob', test.at(4, '11:00')) ->> 'ok', 'true', 'the slot after that is');
select is(test.book(:'bob', test.at(4, '16:30')) ->> 'ok', 'true', 'a buffer may pass closing');
update frontdesk.clients set buffer_after_minutes = 0 where id = :client_a;

-- One's own.
select is(test.tool(:'ann', 'list_my_appointments', '{}') #>> '{appointments,0,start}',
          test.at(2, '10:00'), 'a caller''s appointments, the next first');
select is(jsonb_array_length(test.tool(:'ann', 'list_my_appointments', '{}') -> 'appointments'),
          2, 'and no others');
select is(jsonb_array_length(test.tool(:'hidden2', 'list_my_appointments', '{}')
                             -> 'appointments'), 0,
          'a caller without number does not see those of another without');
select is(jsonb_array_length(test.tool(:'hidden', 'list_my_appointments', '{}')
                             -> 'appointments'), 1, 'but what it has just booked');
select is(test.tool(:'bob', 'cancel_appointment', json_build_object('appointment_id',
          :'booked'::jsonb ->> 'appointment_id')::text) ->> 'error', 'none',
          'another''s appointment is not canceled');
select is(test.tool(:'bob', 'reschedule_appointment', json_build_object('appointment_id',
          :'booked'::jsonb ->> 'appointment_id', 'start', test.at(5, '10:00'))::text) ->> 'error',
          'none', 'nor moved');

-- Moving.
select is(test.tool(:'ann', 'reschedule_appointment', json_build_object('start',
          test.at(2, '10:30'))::text) ->> 'error', 'taken', 'not onto another');
select is(test.tool(:'ann', 'reschedule_appointment', json_build_object('start',
          test.at(2, '20:00'))::text) ->> 'error', 'closed', 'nor out of hours');
select test.tool(:'ann', 'reschedule_appointment', json_build_object('start',
          test.at(5, '14:00'), 'appointment_id', :'booked'::jsonb ->> 'appointment_id')::text)
       as moved \gset
select is(:'moved'::jsonb ->> 'appointment_id', :'booked'::jsonb ->> 'appointment_id',
          'moved, it is the same appointment');
select is(test.tool(:'ann', 'reschedule_appointment', json_build_object('start',
          test.at(5, '14:00'), 'appointment_id', :'booked'::jsonb ->> 'appointment_id')::text),
          :'moved'::jsonb, 'and once more changes nothing');
select is(test.book(:'bob', test.at(2, '10:00')) ->> 'ok', 'true', 'its old time is free');

-- Canceling.
select is(test.tool(:'ann', 'cancel_appointment', json_build_object('appointment_id',
          upper(:'booked'::jsonb ->> 'appointment_id'))::text) ->> 'start', test.at(5, '14:00'),
          'canceled');
select is(test.tool(:'ann', 'cancel_appointment', json_build_object('appointment_id',
          :'booked'::jsonb ->> 'appointment_id')::text) ->> 'ok', 'true', 'again, the same');
select is(test.book(:'bob', test.at(5, '14:00')) ->> 'ok', 'true', 'its time is free');
select is(test.tool(:'ann', 'cancel_appointment', '{}') ->> 'start', test.at(4, '10:00'),
          'without an id the next one');
select is(test.tool(:'ann', 'cancel_appointment', '{}') ->> 'error', 'none', 'until there is none');

-- A call's calendar in the dashboard.
select test.as_user(:owner_a) \g /dev/null
select is((select string_agg(service || '/' || status, ' ' order by status)
             from api.appointment_list(:client_a,
                      timezone('America/New_York', test.at(5, '00:00')::timestamp),
                      timezone('America/New_York', test.at(6, '00:00')::timestamp))),
          'cleaning/canceled /confirmed', 'the owner sees a day of it');

select * from finish();
rollback;
