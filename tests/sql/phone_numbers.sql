-- SPDX-License-Identifier: BSD-2-Clause
-- Numbers of a client: registered, assigned, suspended, given back.

begin;
\ir lib/fixture.sql
select plan(24);

create function test.create(p_body text) returns uuid language sql as $$
    select o.id from api.phone_number_create('ca000000-0000-4000-8000-000000000000',
                                             p_body::json) o $$;
create function test.update(p_id uuid, p_body text) returns text language sql as
$$ select o.status from api.phone_number_update(p_id, p_body::json) o $$;
create function test.outcome(p_number int) returns text language plpgsql as $$
declare
    v_outcome text;
begin
    perform test.as_role('frontdesk_api');
    v_outcome := (api.voice_start(test.sid(p_number), 'AC00000000000000000000000000000001',
                                  '+15550300001', '+15550200003', 'n', 60, 'r')).outcome;
    perform test.as_user('0a000000-0000-4000-8000-000000000000');
    return v_outcome;
end
$$;

select test.as_user(:owner_a) \g /dev/null
select (a).id as second from (
    select api.agent_create(:client_a, '{"name": "Second", "initial_greeting": "Second here."}') as a
    offset 0) s \gset
select test.create('{"phone_number": "+15550200003"}') as number \gset
select results_eq(format($$ select client_id, agent_id, phone_number, status, monthly_cost, currency
                              from api.phone_number_get(%L) $$, :'number'),
    format($$ values (%L::uuid, null::uuid, '+15550200003', 'active', 0, 'USD') $$, :client_a),
    'a number that the owner has becomes a client''s');
select is(test.outcome(1), 'stream', 'and is answered');
select throws_ok($$ select test.create('{"phone_number": "+15550200003"}') $$, 'FD409',
                 'This exists already.', 'once');
select throws_ok($$ select test.create('{"phone_number": "+15550200002"}') $$, 'FD409',
                 'This exists already.', 'another''s is refused in the same words');
select throws_ok($$ select test.create('{"phone_number": "555"}') $$, 'FD422', null,
                 'it is a whole number');
select throws_ok($$ select test.create('{}') $$, 'FD422', null, 'or none');
select throws_ok($$ select test.create('{"phone_number": "+15550200004",
                                         "account_sid": "AC1"}') $$, 'FD400', null,
                 'the carrier''s account is not chosen here');
select throws_ok($$ select api.phone_number_create('cb000000-0000-4000-8000-000000000000',
                    '{"phone_number": "+15550200004"}') $$, 'FD404', null,
                 'another''s client gets no number');

select is(test.update(:'number', format('{"agent_id": "%s"}', :'second')), 'active',
          'an agent is assigned');
select test.outcome(2) \g /dev/null
select is((select agent_id from frontdesk.calls where call_sid = test.sid(2)), :'second',
          'and answers');
select throws_ok(format($$ select test.update(%L, '{"agent_id": "%s"}') $$, :'number', :agent_b),
                 'FD422', null, 'not another client''s');
select api.agent_delete(:'second') \g /dev/null
select is((select agent_id from api.phone_number_get(:'number')), null,
          'a number outlives its agent');

select is(test.update(:'number', '{"status": "inactive"}'), 'inactive', 'it is switched off');
select is(test.outcome(3), 'inactive', 'and not answered');
select throws_ok(format($$ select test.update(%L, '{"status": "suspended"}') $$, :'number'),
                 'FD403', null, 'an owner suspends nothing');
select test.as_user(:admin_id) \g /dev/null
select is(test.update(:'number', '{"status": "suspended"}'), 'suspended', 'the platform does');
select test.as_user(:owner_a) \g /dev/null
select throws_ok(format($$ select test.update(%L, '{"status": "active"}') $$, :'number'), 'FD403',
                 null, 'which its owner does not take back');
select is(test.update(:'number', '{"agent_id": null}'), 'suspended', 'but changes the rest');

select results_eq(format($$ select o.phone_number
                              from api.phone_number_list(%L, null, 50, 0, null, null) o
                             order by 1 $$, :client_a),
              $$ values ('+15550200001'), ('+15550200003') $$, 'a client''s numbers');
select throws_ok(format($$ select * from api.phone_number_list(%L, null, 50, 0, null, null) $$,
                        :client_b), 'FD404', null, 'another''s are not told');
select throws_ok(format($$ select api.phone_number_delete(%L, %L) $$, :'number', :client_b),
                 'FD404', null, 'a number is its client''s');
select is((select message from api.phone_number_delete(:'number')),
          'Phone number deleted successfully', 'it is given back');
select is(test.outcome(4), 'unknown_number', 'and nobody''s');
select is((select called_phone from frontdesk.calls where call_sid = test.sid(1)), '+15550200003',
          'calls that came to it stay');

select * from finish();
rollback;
