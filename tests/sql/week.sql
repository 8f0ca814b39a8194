-- SPDX-License-Identifier: BSD-2-Clause
-- A client's week and its holidays, replaced as a whole, and what is said of a wrong one.

begin;
\ir lib/fixture.sql
select plan(29);

create function test.week(p_body text) returns text language sql as $$
    select o.hours::text from api.business_hours_update('ca000000-0000-4000-8000-000000000000',
                                                        p_body::json) o $$;
create function test.holidays(p_body text) returns text language sql as $$
    select o.holidays::text from api.holidays_update('ca000000-0000-4000-8000-000000000000',
                                                     p_body::json) o $$;
-- The status and the field of a refusal.
create function test.wrong(p_statement text) returns text language plpgsql as $$
declare
    v_field text;
begin
    execute p_statement;
    return 'fine';
exception when others then
    get stacked diagnostics v_field = pg_exception_detail;
    return sqlstate || ' ' || v_field;
end
$$;

select test.as_user(:owner_a) \g /dev/null
select is(test.week('{"timezone": "Europe/Berlin", "hours": [
    {"weekday": 2, "opens": "14:00", "closes": "24:00"},
    {"weekday": 2, "opens": "08:30", "closes": "12:00"},
    {"weekday": 1, "opens": "00:00", "closes": "24:00"}]}')::jsonb,
    '[{"weekday": 1, "opens": "00:00", "closes": "24:00"},
      {"weekday": 2, "opens": "08:30", "closes": "12:00"},
      {"weekday": 2, "opens": "14:00", "closes": "24:00"}]', 'a week is put in order');
select is((select timezone from api.client_get(:client_a)), 'Europe/Berlin', 'with its zone');
select is(test.week('{"timezone": "America/New_York"}')::jsonb -> 2 ->> 'opens', '14:00',
          'a zone alone leaves the hours');
select ok(private.is_open(:client_a, timestamptz '2026-11-24 23:30 America/New_York'),
          'they are in force');
select ok(not private.is_open(:client_a, timestamptz '2026-11-25 10:00 America/New_York'),
          'all of them');
select is(test.week('{"hours": [{"weekday": 1, "opens": "09:00", "closes": "12:00"},
                                {"weekday": 1, "opens": "12:00", "closes": "17:00"}]}')::jsonb
          -> 1 ->> 'closes', '17:00', 'what touches does not overlap');
select is(test.week('{"hours": []}'), '[]', 'a client may be closed');

select is(test.wrong($$ select test.week('{"hours": [
    {"weekday": 1, "opens": "09:00", "closes": "17:00"},
    {"weekday": 2, "opens": "09:00", "closes": "17:00"},
    {"weekday": 1, "opens": "16:59", "closes": "18:00"}]}') $$), 'FD422 hours[2]',
    'an overlap is named');
select is(test.wrong(format($$ select test.week('{"hours": [%s]}') $$, w.item)), w.field, w.item)
  from (values ('{"weekday": 0, "opens": "09:00", "closes": "17:00"}', 'FD422 hours[0].weekday'),
               ('{"weekday": 8, "opens": "09:00", "closes": "17:00"}', 'FD422 hours[0].weekday'),
               ('{"opens": "09:00", "closes": "17:00"}', 'FD422 hours[0].weekday'),
               ('7', 'FD422 hours[0].weekday'),
               ('{"weekday": 1, "closes": "17:00"}', 'FD422 hours[0].opens'),
               ('{"weekday": 1, "opens": "24:00", "closes": "24:00"}', 'FD422 hours[0].opens'),
               ('{"weekday": 1, "opens": "09:00"}', 'FD422 hours[0].closes'),
               ('{"weekday": 1, "opens": "09:00", "closes": "9"}', 'FD422 hours[0].closes'),
               ('{"weekday": 1, "opens": "22:00", "closes": "02:00"}', 'FD422 hours[0].closes'))
       w (item, field);
select is(test.wrong($$ select test.week('{"hours": null}') $$), 'FD422 hours', 'no hours');
select is(test.wrong($$ select test.week('{"open": []}') $$), 'FD400 open', 'an unknown field');
select is(test.wrong($$ select test.week('{"timezone": "Nowhere/City"}') $$), 'FD422 timezone',
          'a zone there is not');

select is(test.holidays('{"holidays": [{"day": "2026-12-25", "name": "Christmas"},
                                       {"day": "2026-12-24", "opens": "09:00", "closes": "12:00"},
                                       {"day": "2026-12-24", "opens": "13:00",
                                        "closes": "14:00"}]}')::jsonb,
    '[{"day": "2026-12-24", "name": "", "opens": "09:00", "closes": "12:00"},
      {"day": "2026-12-24", "name": "", "opens": "13:00", "closes": "14:00"},
      {"day": "2026-12-25", "name": "Christmas", "opens": null, "closes": null}]',
    'holidays are put in order');
select is((select jsonb_array_length(holidays::jsonb) from api.holidays_get(:client_a)), 3,
          'and replace all that were there');
select is(test.wrong(format($$ select test.holidays('{"holidays": [{"day": "2026-01-01"}, %s]}') $$,
                            w.item)), w.field, w.item)
  from (values ('{"day": "2026-02-30"}', 'FD422 holidays[1].day'),
               ('{"day": "tomorrow"}', 'FD422 holidays[1].day'),
               ('{"day": "2026-01-02", "opens": "09:00"}', 'FD422 holidays[1]'),
               ('{"day": "2026-01-01", "opens": "09:00", "closes": "10:00"}', 'FD422 holidays[1]'))
       w (item, field);

select is(test.wrong(format('select * from api.business_hours_get(%L)', :client_b)), 'FD404 ',
          'another''s week is not told');
select is(test.wrong(format($$ select api.business_hours_update(%L, '{"hours": []}') $$,
                            :client_b)), 'FD404 ', 'nor changed');
select is(test.wrong(format($$ select api.holidays_update(%L, '{"holidays": []}') $$, :client_b)),
          'FD404 ', 'nor are its holidays');

select * from finish();
rollback;
