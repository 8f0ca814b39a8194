-- SPDX-License-Identifier: BSD-2-Clause
-- Hours, holidays, slots, and the two days a year that have not 24 hours.

begin;
\ir lib/fixture.sql
select plan(44);

select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select set_config('test.call', :'call', true) \g /dev/null

create function test.slots(p_more text) returns jsonb language sql as
$$ select test.tool(current_setting('test.call')::uuid, 'get_available_slots', p_more) $$;

create function test.slots_on(p_day date, p_more text default '{}') returns jsonb language sql as
$$ select test.slots((jsonb_build_object('date', p_day) || p_more::jsonb)::text) $$;

-- The times of a result's slots, shortly.
create function test.times(p_result jsonb) returns text language sql as
$$ select coalesce(string_agg(substr(s #>> '{}', 12), ' ' order by n), '')
     from jsonb_array_elements(p_result -> 'slots') with ordinality e (s, n) $$;

-- Slots.
select is(test.times(test.slots_on(test.day(2))),
          '09:00 09:30 10:00 10:30 11:00 11:30 12:00 12:30 13:00 13:30 14:00 14:30',
          'a day''s slots from opening, twelve at most');
select is(test.times(test.slots_on(test.day(2), '{"part": "morning"}')),
          '09:00 09:30 10:00 10:30 11:00 11:30', 'of the morning');
select is(test.times(test.slots_on(test.day(2), '{"part": "afternoon"}')),
          '12:00 12:30 13:00 13:30 14:00 14:30 15:00 15:30 16:00 16:30', 'of the afternoon');
select is(test.times(test.slots_on(test.day(2), '{"part": "evening"}')), '', 'of the evening');
select is(test.slots_on(test.day(2), '{"part": "evening"}') ->> 'next_date', test.day(2)::text,
          'the next date is the same one when only its evening has none');
select is(test.slots_on(test.day(2), '{"part": "evening"}') #>> '{next_slots,0}',
          test.at(2, '09:00'), 'with what it has');
select is(test.slots_on(test.day(2)) ->> 'next_date', test.day(3)::text, 'else the day after');
select is(test.times(test.slots_on(test.day(2), '{"part": "afternoon", "time": "15:10"}')),
          '15:00 15:30 14:30 16:00 14:00 16:30 13:30 13:00 12:30 12:00', 'the nearest first');
select is(test.times(test.slots_on(test.day(2), '{"service": "whitening", "time": "16:30"}')),
          '16:00 15:30 15:00 14:30 14:00 13:30 13:00 12:30 12:00 11:30 11:00 10:30',
          'a longer service ends in time');
select is(test.slots('{"date": "soon"}') ->> 'error', 'invalid', 'a date has to be one');
select is(test.slots('{"date": "0000-01-01"}') ->> 'error', 'invalid', 'within the calendar');
select is(test.slots('{}') ->> 'error', 'invalid', 'and has to be there');
select is(test.times(test.slots('{"date": "9999-12-31"}')), '', 'far away there is nothing');
select is(test.times(test.slots_on(test.day(-1))), '', 'and nothing in the past');
select ok(test.slots_on(test.day(61)) ->> 'next_date' is null, 'nor beyond what can be booked');

-- Steps, buffers and what is booked.
insert into frontdesk.appointments (client_id, starts_at, ends_at, buffer_after_minutes)
values (:client_a, timezone('America/New_York', test.at(2, '10:00')::timestamp),
        timezone('America/New_York', test.at(2, '10:30')::timestamp), 10);
select is(test.times(test.slots_on(test.day(2), '{"part": "morning"}')),
          '09:00 09:30 11:00 11:30', 'what is booked is not free, nor its buffer');
update frontdesk.clients set slot_step_minutes = 20, buffer_before_minutes = 15
 where id = :client_a;
select is(test.times(test.slots_on(test.day(2), '{"part": "morning"}')),
          '09:00 09:20 11:00 11:20 11:40', 'the client''s step and the buffer before');
update frontdesk.clients set slot_step_minutes = 30, buffer_before_minutes = 0
 where id = :client_a;
delete from frontdesk.appointments;

-- Several intervals, a day off, holidays.
delete from frontdesk.business_hours
 where client_id = :client_a
   and weekday in (extract(isodow from test.day(2)), extract(isodow from test.day(3)));
insert into frontdesk.business_hours (client_id, weekday, opens, closes) values
    (:client_a, extract(isodow from test.day(2)), '08:15', '09:15'),
    (:client_a, extract(isodow from test.day(2)), '22:30', '24:00');
select is(test.times(test.slots_on(test.day(2))), '08:15 08:45 22:30 23:00 23:30',
          'each interval has its own steps, up to midnight');
select is(test.slots_on(test.day(2)) -> 'closed', 'false', 'that is an open day');
select is(test.slots_on(test.day(3)) -> 'closed', 'true', 'a day without hours is closed');
select is(test.slots_on(test.day(3)) ->> 'next_date', test.day(4)::text, 'and says what is next');
insert into frontdesk.holiday_hours (client_id, day, opens, closes) values
    (:client_a, test.day(3), '10:00', '11:00'), (:client_a, test.day(3), '13:00', '14:00'),
    (:client_a, test.day(4), null, null);
select is(test.times(test.slots_on(test.day(3))), '10:00 10:30 13:00 13:30',
          'a holiday may have hours of its own');
select is(test.slots_on(test.day(4)) -> 'closed', 'true', 'or none');
select is(test.tool(:'call', 'book_appointment', json_build_object('start', test.at(4, '10:00'),
          'name', 'A')::text) ->> 'error', 'closed', 'then nothing is booked');
select is((test.tool(:'call', 'book_appointment', json_build_object('start', test.at(4, '10:00'),
          'name', 'A')::text) #>> '{alternatives,0}')::timestamp::date, test.day(5),
          'but the nearest day is offered');
select throws_ok($$ insert into frontdesk.business_hours (client_id, weekday, opens, closes)
    select client_id, weekday, opens + interval '1 min', closes from frontdesk.business_hours
     limit 1 $$, '23P01', null, 'intervals of a day do not overlap');

-- What is told of them.
select test.tool(:'call', 'get_business_hours', json_build_object('date', test.day(2))::text)
       as hours \gset
select is(:'hours'::jsonb ->> 'timezone', 'America/New_York', 'hours are in the client''s zone');
select is(:'hours'::jsonb #>> '{today,date}', test.day(0)::text, 'today is its today');
select is(:'hours'::jsonb #> '{day,intervals}', '[["08:15", "09:15"], ["22:30", "24:00"]]',
          'the intervals of the date asked for');
select is(:'hours'::jsonb #>> '{day,weekday}', to_char(test.day(2), 'FMDay'), 'and its weekday');
select is((select string_agg(w ->> 'name', ' ') from jsonb_array_elements(:'hours'::jsonb
              -> 'week') w), 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday',
          'a usual week from Monday');
select is(test.tool(:'call', 'get_business_hours', json_build_object('date', test.day(4))::text)
          #> '{day,intervals}', '[]', 'a holiday');
select is(test.tool(:'call', 'get_business_hours', '{"date": "x"}') ->> 'error', 'invalid',
          'a date has to be one');
select is(test.tool(:'call', 'get_business_hours', '{}') #> '{day,date}',
          :'hours'::jsonb #> '{today,date}', 'without a date it is today');

-- When clocks change: the next two such days in New York, wherever in the year this runs.
update frontdesk.clients set max_days_ahead = 730 where id = :client_a;
delete from frontdesk.business_hours where client_id = :client_a;
delete from frontdesk.holiday_hours where client_id = :client_a;
insert into frontdesk.business_hours (client_id, weekday, opens, closes)
select :client_a, d, '00:00', '05:00' from generate_series(1, 7) d;

create temporary table days as
select d::date as day,
       timezone('America/New_York', d + interval '1 day') - timezone('America/New_York', d) as long
  from generate_series(test.day(1)::timestamp, test.day(400)::timestamp, interval '1 day') d;
select min(day) filter (where long = interval '23 h') as spring,
       min(day) filter (where long = interval '25 h') as autumn from days \gset

select is(test.times(test.slots_on(:'spring')),
          '00:00 00:30 01:00 01:30 03:00 03:30 04:00 04:30',
          'when clocks go forward, the hour that is not there has no slots');
select is(test.tool(:'call', 'book_appointment', json_build_object('name', 'A', 'start',
          :'spring' || 'T02:30')::text) ->> 'error', 'invalid', 'and can not be booked');
select is(test.tool(:'call', 'book_appointment', json_build_object('name', 'A', 'start',
          :'spring' || 'T01:30', 'service', 'whitening')::text) ->> 'end', :'spring' || 'T03:30',
          'an hour over it ends an hour later');
select is(test.times(test.slots_on(:'spring')), '00:00 00:30 01:00 03:30 04:00 04:30',
          'and takes that hour');
select is(test.times(test.slots_on(:'autumn')),
          '00:00 00:30 01:00 01:30 02:00 02:30 03:00 03:30 04:00 04:30',
          'when clocks go back, the hour that comes twice has its slots once');
select is(test.tool(:'call', 'book_appointment', json_build_object('name', 'A', 'start',
          :'autumn' || 'T04:30')::text) ->> 'end', :'autumn' || 'T05:00',
          'the last slot before closing is the last');
select is((select ends_at from frontdesk.appointments order by starts_at desc limit 1)
          in (select timezone('America/New_York', d::timestamp + time '05:00')
                from unnest(array[:'autumn', :'spring']::date[]) d), true,
          'at the hour the wall shows');

-- Whether it is open.
select test.as_role('frontdesk_api') \g /dev/null
select private.client_enter(:client_a) \g /dev/null
select is(private.is_open(:client_a, timezone('America/New_York', test.at(2, '04:59')::timestamp)),
          true, 'open until closing');
select is(private.is_open(:client_a, timezone('America/New_York', test.at(2, '05:00')::timestamp)),
          false, 'closed from then on');
select is(private.is_open(:client_a, timezone('America/New_York', test.at(2, '00:00')::timestamp)),
          true, 'open from opening on');

select * from finish();
rollback;
