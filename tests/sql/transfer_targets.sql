-- SPDX-License-Identifier: BSD-2-Clause
-- Departments and the people calls are transferred to.

begin;
\ir lib/fixture.sql
select plan(19);

create function test.department(p_body text) returns uuid language sql as $$
    select o.id from api.department_create('ca000000-0000-4000-8000-000000000000',
                                           p_body::json) o $$;
create function test.target(p_body text) returns uuid language sql as $$
    select o.id from api.transfer_target_create('ca000000-0000-4000-8000-000000000000',
                                                p_body::json) o $$;

select test.as_user(:owner_a) \g /dev/null
select test.department('{"name": " Billing ", "description": "Invoices", "priority": 5}')
       as department \gset
select test.target(format('{"name": "Cara", "phone_number": "+15550220003", "department_id": "%s",
    "hours": [{"weekday": 1, "opens": "09:00", "closes": "12:00"}]}', :'department')) as target \gset
select results_eq(format($$ select name, description, phone_number, priority, hours, is_active
                              from api.department_get(%L) $$, :'department'),
                  $$ values ('Billing', 'Invoices', null::text, 5, null::jsonb, true) $$,
                  'a department');
select results_eq(format($$ select name, department_id, hours -> 0 ->> 'closes'
                              from api.transfer_target_get(%L) $$, :'target'),
                  format($$ values ('Cara', %L::uuid, '12:00') $$, :'department'),
                  'somebody in it');
select throws_ok($$ select test.department('{"name": "billing"}') $$, 'FD409', null,
                 'a name once a client, however it is written');
select throws_ok($$ select test.target('{"name": "D", "phone_number": "911"}') $$, 'FD422', null,
                 'a phone is a whole number');
select throws_ok($$ select test.target('{"name": "D"}') $$, 'FD422', null, 'and needed');
select throws_ok($$ select test.target('{"name": "D", "phone_number": "+15550220004",
    "department_id": "db000000-0000-4000-8000-000000000000"}') $$, 'FD422', null,
    'the department is the client''s');
select throws_ok($$ select test.target('{"name": "D", "phone_number": "+15550220004",
    "hours": [{"weekday": 1, "opens": "9", "closes": "12:00"}]}') $$, 'FD422', null,
    'hours are hours');
select throws_ok($$ select test.department('{"name": "D", "department_id": null}') $$, 'FD400',
                 null, 'a department is in none');

select is((select hours from api.transfer_target_update(:'target', '{"hours": null}')), null,
          'hours can be the client''s own');
select results_eq(format($$ select name, priority from api.transfer_target_update(%L,
                              '{"priority": -1}') $$, :'target'), $$ values ('Cara', -1) $$,
                  'what is not said stays');
select results_eq(format($$ select name from api.transfer_target_list(%L, 1, 1, null, null) $$,
                         :client_a), $$ values ('Cara') $$, 'they are listed by name');
select results_eq(format($$ select n.name from api.department_list(%1$L, 1, 0, null, null) l,
                         api.department_list(%1$L, 1, 0, l.name, l.id) n $$, :client_a),
                  $$ values ('Sales') $$, 'page by page');
select is((select message from api.department_delete(:'department', :client_a)),
          'Department deleted successfully', 'a department goes');
select is((select department_id from api.transfer_target_get(:'target')), null,
          'its people stay');
select is((select message from api.transfer_target_delete(:'target')),
          'Transfer target deleted successfully', 'and go');
select throws_ok(format('select api.transfer_target_delete(%L)', :'target'), 'FD404', null, 'once');
select throws_ok($$ select api.department_update('db000000-0000-4000-8000-000000000000',
                                                 '{"name": "Mine"}') $$, 'FD404', null,
                 'another''s department is not there');
select throws_ok($$ select api.department_delete('db000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'nor to be deleted');
select throws_ok(format('select * from api.department_list(%L, 50, 0, null, null)', :client_b),
                 'FD404', null, 'nor listed');

select * from finish();
rollback;
