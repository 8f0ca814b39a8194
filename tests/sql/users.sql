-- SPDX-License-Identifier: BSD-2-Clause
-- Who sees users, and who acts.

begin;
\ir lib/fixture.sql
select plan(17);

select test.as_role('frontdesk_api') \g /dev/null
select is_empty('select * from api.me()', 'nobody is nobody');
select is((select count(*)::int from api.client_list(null, null, null, 50, 0, null, null)), 0,
          'and sees no client');
select throws_ok($$ select api.act_as('00000000-0000-4000-8000-00000000dead') $$, 'FD401',
                 'You are not logged in.', 'an unknown user does not act');

select results_eq($$ select role from api.login_find(' A@Test.example') $$, $$ values ('owner') $$,
                  'a login is found whatever the case of its address');
select is_empty($$ select * from api.login_find('x@test.example') $$, 'an unknown one is not');
select throws_ok('select password_hash from frontdesk.users', '42501', null,
                 'hashes can not be read');

select test.as_user(:owner_a) \g /dev/null
select results_eq('select id, email, role from api.me()',
                  $$ values ('0a000000-0000-4000-8000-000000000000'::uuid, 'a@test.example',
                             'owner') $$, 'an owner is itself');
select results_eq('select email from frontdesk.users', $$ values ('a@test.example') $$,
                  'and sees no other user');
select results_eq('select name from api.client_list(null, null, null, 50, 0, null, null)',
                  $$ values ('Alpha') $$,
                  'an owner''s clients');
select throws_ok($$ select * from api.client_get('cb000000-0000-4000-8000-000000000000') $$,
                 'FD404', 'There is no such client.', 'another''s client is not there');
select throws_ok($$ select * from api.client_get('00000000-0000-4000-8000-00000000dead') $$,
                 'FD404', 'There is no such client.', 'with the words for one that is not');
select is((select balance_seconds from api.client_get('ca000000-0000-4000-8000-000000000000')),
          3600, 'its own is');

select test.as_user(:admin_id) \g /dev/null
select cmp_ok((select count(*)::int from api.client_list(null, null, null, 100, 0, null, null)
               where name in ('Alpha', 'Beta')),
              '=', 2, 'an admin sees all clients');

select test.nobody() \g /dev/null
grant all on frontdesk.users to frontdesk_api;
select test.as_user(:owner_a) \g /dev/null
select throws_ok($$ update frontdesk.users set role = 'admin' where email = 'a@test.example' $$,
                 '42501', null, 'an owner does not become an admin, whatever is granted');
select throws_ok($$ insert into frontdesk.users (email) values ('c@test.example') $$,
                 '42501', null, 'nor makes users');
select lives_ok($$ update frontdesk.users set name = 'New' where email = 'a@test.example' $$,
                'but changes its name');

select test.nobody() \g /dev/null
update frontdesk.users set is_active = false where email = 'b@test.example';
select test.as_role('frontdesk_api') \g /dev/null
select throws_ok($$ select api.act_as('0b000000-0000-4000-8000-000000000000') $$, 'FD401',
                 'You are not logged in.', 'a user who was switched off does not act');

select * from finish();
rollback;
