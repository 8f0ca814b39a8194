-- SPDX-License-Identifier: BSD-2-Clause
-- A client from its making to its end: what it begins with, who changes it, and that nothing of it
-- is seen once it is deleted.

begin;
\ir lib/fixture.sql
select plan(65);

create function test.create(p_body text) returns frontdesk.client_objects language sql as
$$ select o from api.client_create(p_body::json) o $$;
create function test.update(p_id uuid, p_body text) returns frontdesk.client_objects language sql as
$$ select o from api.client_update(p_id, p_body::json) o $$;

-- Made out of a template.
select test.as_user(:owner_a) \g /dev/null
select (c).id as new, (c).agent_id as agent, (c).initial_greeting as greeting,
       (c).system_prompt as prompt, (c).balance_seconds as balance, (c).timezone as zone
  from (select test.create('{"name": " Sam''s \"Salon\" ", "template": "salon",
                             "timezone": "America/Chicago", "phone_number": "+15550200009",
                             "slot_step_minutes": 20, "tts_voice_id": "rms"}') as c
         offset 0) s \gset
select is(:'greeting'::text, 'Hi, thank you for calling Sam''s "Salon". Would you like to book an '
                       'appointment?', 'a template greets with the business''s name');
select matches(:'prompt'::text, 'receptionist of Sam''s "Salon"', 'and knows it');
select doesnt_match(:'prompt'::text, '\[[^]]*\]', 'nothing is left to fill in in a prompt');
select is(:balance, 0, 'there is no balance yet');
select results_eq(format($$ select phone_number, timezone, slot_step_minutes, appointment_minutes,
                                   tts_voice_id, is_active
                              from api.client_get(%L) $$, :'new'),
    $$ values ('+15550200009', 'America/Chicago', 20, 45, 'rms', true) $$,
    'what was asked for outweighs the template');
select is((select count(*)::int from api.client_list(null, null, null, 50, 0, null, null)), 2,
          'it is one of the user''s');
select is((select jsonb_agg(h order by h ->> 'weekday') from api.business_hours_get(:'new') o,
           jsonb_array_elements(o.hours::jsonb) h) -> 4,
          '{"weekday": 6, "opens": "09:00", "closes": "17:00"}', 'it has the template''s hours');
select cmp_ok((select count(*)::int from frontdesk.services where client_id = :'new'), '>', 5,
              'and services');
select cmp_ok((select count(*)::int from frontdesk.knowledge_entries where client_id = :'new'),
              '>=', 10, 'and knowledge');
select is_empty(format($$ select question from frontdesk.knowledge_entries
                           where client_id = %L and is_active and answer ~ '\[' $$, :'new'),
                'of which nothing with a placeholder is said');
select is((select version from frontdesk.agents where id = :'agent'), 1,
          'its agent is at version 1');

select (test.create('{"name": "Plain"}')).id as plain \gset
select results_eq(format($$ select (select count(*)::int from frontdesk.business_hours
                                     where client_id = %1$L),
                                   (select min(opens) from frontdesk.business_hours
                                     where client_id = %1$L),
                                   (select count(*)::int from frontdesk.knowledge_entries
                                     where client_id = %1$L) $$, :'plain'),
                  $$ values (5, time '09:00', 0) $$,
                  'without a template it is open from Monday to Friday, and knows nothing');

select throws_ok($$ select test.create('{}') $$, 'FD422', null, 'a client has a name');
select throws_ok($$ select test.create('{"name": "   "}') $$, 'FD422', null, 'that is one');
select throws_ok($$ select test.create('{"name": "N", "template": "zoo"}') $$, 'FD422',
                 'There is no such template.', 'only with templates there are');
select throws_ok($$ select test.create('{"name": "N", "timezone": "Mars/Base"}') $$, 'FD422', null,
                 'in a time zone there is');
select throws_ok($$ select test.create('{"name": "N", "timezone": "PST"}') $$, 'FD422', null,
                 'which is one of a place');
select throws_ok($$ select test.create('{"name": "N", "phone_number": "+15550200002"}') $$,
                 'FD409', 'This exists already.', 'a number that is another''s is not given');
select throws_ok($$ select test.create('{"name": "N", "balance_seconds": 9}') $$, 'FD400',
                 'There is no field "balance_seconds" here.', 'a balance is not asked for');
select throws_ok($$ select test.create('{"name": "N", "ring_seconds": 999}') $$, 'FD422', null,
                 'nor what a constraint does not allow');
select throws_ok($$ select test.create('{"name": "N", "initial_greeting": "Hi [name]"}') $$,
                 'FD422', null, 'nor a greeting with brackets');

-- Changed.
select test.update(:client_a, '{"name": "Alpha Two", "initial_greeting": "Hello again.",
                                "owner_phone": null, "enabled_tools": ["end_call"]}') \g /dev/null
select results_eq($$ select name, initial_greeting, owner_phone, enabled_tools::text, timezone
                       from api.client_get('ca000000-0000-4000-8000-000000000000') $$,
    $$ values ('Alpha Two', 'Hello again.', null::text, '["end_call"]', 'America/New_York') $$,
    'fields of the client and of its agent change; the others stay');
select is((select version from frontdesk.agents where id = :agent_a), 2,
          'which is a version of the agent');
select test.update(:client_a, '{"name": "Alpha", "initial_greeting": "Hello again."}') \g /dev/null
select is((select version from frontdesk.agents where id = :agent_a), 2,
          'the same again is none');
select is((test.update(:client_a, '{"phone_number": "+15550200008"}')).phone_number,
          '+15550200008', 'its number can be another');
select throws_ok(format($$ select test.update(%L, '{"phone_number": "+15550200002"}') $$,
                        :client_a), 'FD409', null, 'but not another''s');
select throws_ok(format($$ select test.update(%L, '{"balance_seconds": 5}') $$, :client_a),
                 'FD400', null, 'a balance is read only');
select throws_ok(format($$ select test.update(%L, '{"owner_user_id": "%s"}') $$, :client_a,
                        '0b000000-0000-4000-8000-000000000000'), 'FD400', null,
                 'and so is whose it is');
select throws_ok(format($$ select test.update(%L, '{"name": null}') $$, :client_a), 'FD422', null,
                 'a name is not taken away');
select throws_ok(format($$ select test.update(%L, '{"name": "Mine"}') $$, :client_b), 'FD404',
                 null, 'another''s client is not there');
select throws_ok(format($$ select api.client_delete(%L) $$, :client_b), 'FD404', null,
                 'nor deleted');
select throws_ok('select test.update(null, ''{}'')', 'FD404', null, 'nor is none');

-- Listed.
select results_eq($$ select name from api.client_list(null, null, null, 50, 0, null, null) $$,
                  $$ values ('Alpha'), ('Plain'), ('Sam''s "Salon"') $$, 'by name');
select results_eq($$ select name from api.client_list('sal', null, null, 50, 0, null, null) $$,
                  $$ values ('Sam''s "Salon"') $$, 'a part of the name finds one');
select results_eq($$ select name from api.client_list('5550200008', null, null, 50, 0, null,
                                                      null) $$,
                  $$ values ('Alpha') $$, 'and a part of the number');
select results_eq($$ select name from api.client_list(null, null, '-name', 1, 0, null, null) $$,
                  $$ values ('Sam''s "Salon"') $$, 'the other way round');
select results_eq($$ select n.name from api.client_list(null, null, null, 1, 0, null, null) l,
                            api.client_list(null, null, null, 1, 0, l.name, l.id) n $$,
                  $$ values ('Plain') $$, 'the page after a client begins with the next');
select throws_ok($$ select api.client_list(null, null, '-name', 1, 0, 'a', gen_random_uuid()) $$,
                 'FD400', null, 'a cursor goes with its order alone');

-- Switched off by an admin.
select test.update(:'plain', '{"is_active": false}') \g /dev/null
select is((test.update(:'plain', '{"is_active": true}')).is_active, true,
          'an owner switches a client off and on');
select test.as_user(:admin_id) \g /dev/null
select test.update(:'plain', '{"is_active": false}') \g /dev/null
select test.as_user(:owner_a) \g /dev/null
select throws_ok(format($$ select test.update(%L, '{"is_active": true}') $$, :'plain'), 'FD403',
                 null, 'but not on again what an admin has switched off');
select results_eq($$ select name from api.client_list(null, false, null, 50, 0, null, null) $$,
                  $$ values ('Plain') $$, 'which can be asked for');
select test.as_user(:admin_id) \g /dev/null
select is((test.update(:'plain', '{"is_active": true}')).is_active, true, 'the admin can');

-- A manager changes, and does not delete.
select test.nobody() \g /dev/null
insert into frontdesk.client_members (client_id, user_id, role)
values (:client_a, :owner_b, 'manager');
select test.as_user(:owner_b) \g /dev/null
select is((test.update(:client_a, '{"ring_seconds": 30}')).ring_seconds, 30, 'a manager changes');
select throws_ok(format($$ select api.client_delete(%L) $$, :client_a), 'FD403', null,
                 'and does not delete');
select test.nobody() \g /dev/null
update frontdesk.client_members set role = 'viewer'
 where client_id = :client_a and user_id = :owner_b;
select test.as_user(:owner_b) \g /dev/null
select throws_ok(format($$ select test.update(%L, '{"ring_seconds": 20}') $$, :client_a), 'FD403',
                 null, 'a viewer does not change');
select is((select name from api.client_get(:client_a)), 'Alpha', 'and sees');

-- Deleted.
select test.as_user(:owner_a) \g /dev/null
select is((select message from api.client_delete(:client_a)), 'Client deleted successfully',
          'an owner deletes');
select throws_ok(format($$ select api.client_get(%L) $$, :client_a), 'FD404', null,
                 'from then on it is not there');
select throws_ok(format($$ select api.client_delete(%L) $$, :client_a), 'FD404', null,
                 'not even to be deleted');
select is_empty($$ select from frontdesk.agents
                    where client_id = 'ca000000-0000-4000-8000-000000000000' $$,
                'nor is anything of it');
select test.as_user(:admin_id) \g /dev/null
select throws_ok(format($$ select api.client_get(%L) $$, :client_a), 'FD404', null,
                 'not for an admin either');
select test.as_role('frontdesk_api') \g /dev/null
select is((api.voice_start(test.sid(1), :account, '+15550300001', '+15550200008', 'n', 60, 'r'))
          .outcome, 'unknown_number', 'its number is nobody''s');
select test.as_user(:owner_b) \g /dev/null
select is((select count(*)::int from api.phone_number_create(:client_b,
           '{"phone_number": "+15550200008"}')), 1, 'and can be another''s');
select test.nobody() \g /dev/null
select results_eq($$ select queue, payload::text, for_client_id from frontdesk.jobs
                      where queue = 'erase_client' $$,
                  format($$ values ('erase_client', '{"client_id": "%1$s"}', %1$L::uuid) $$,
                         'ca000000-0000-4000-8000-000000000000'), 'a job erases it');
select is((select sum(seconds)::int from frontdesk.ledger where client_id = :client_a), 3600,
          'the ledger stays');
select is((select count(*)::int from worker.phrases() p where p.agent_id = :agent_a), 0,
          'its greeting is not made ready any more');

-- Somebody without any client.
select test.nobody() \g /dev/null
insert into frontdesk.users (id, email) values
    ('0c000000-0000-4000-8000-000000000000', 'c@test.example');
select test.as_user('0c000000-0000-4000-8000-000000000000') \g /dev/null
select throws_ok(format('select * from api.%s', s.list), 'FD404', null,
                 'is told nothing by ' || s.list)
  from (values ($$agent_list('cb000000-0000-4000-8000-000000000000', 9, 0, null, null)$$),
               ($$phone_number_list('cb000000-0000-4000-8000-000000000000', null, 9, 0, null,
                                    null)$$),
               ($$department_list('cb000000-0000-4000-8000-000000000000', 9, 0, null, null)$$),
               ($$transfer_target_list('cb000000-0000-4000-8000-000000000000', 9, 0, null,
                                       null)$$),
               ($$provider_list('cb000000-0000-4000-8000-000000000000')$$),
               ($$knowledge_list('cb000000-0000-4000-8000-000000000000', null, null, null, null,
                                 9, 0, null, null)$$),
               ($$client_get('cb000000-0000-4000-8000-000000000000')$$),
               ($$business_hours_get('cb000000-0000-4000-8000-000000000000')$$)) s (list);

-- Keys.
select test.as_user(:owner_b) \g /dev/null
select set_config('frontdesk.key_read_only', 'on', true) \g /dev/null
select throws_ok($$ select test.create('{"name": "N"}') $$, 'FD403', null,
                 'a key that only reads makes no client');
select set_config('frontdesk.key_read_only', '', true) \g /dev/null

select * from finish();
rollback;
