-- SPDX-License-Identifier: BSD-2-Clause
-- Agents of a client, their versions and drafts, and that a call keeps what it began with.

begin;
\ir lib/fixture.sql
select plan(49);

create function test.create(p_body text) returns frontdesk.agent_objects language sql as
$$ select o from api.agent_create('ca000000-0000-4000-8000-000000000000', p_body::json) o $$;
create function test.update(p_id uuid, p_body text) returns frontdesk.agent_objects language sql as
$$ select o from api.agent_update(p_id, p_body::json) o $$;
create function test.draft(p_id uuid, p_body text) returns int language sql as
$$ select o.version from api.agent_version_create(p_id, p_body::json) o $$;

-- Which field it was.
create function test.field(p_statement text) returns text language plpgsql as $$
declare
    v_field text;
begin
    execute p_statement;
    return 'fine';
exception when others then
    get stacked diagnostics v_field = pg_exception_detail;
    return v_field;
end
$$;

select test.as_user(:owner_a) \g /dev/null

-- Made.
select (test.create('{"name": "Night", "temperature": 0.1, "language": "es-US",
                      "template": "legal", "initial_greeting": "Good evening."}')).id as night \gset
select results_eq(format($$ select name, temperature, language, initial_greeting, is_default,
                                   version, system_prompt ~ 'law firm' from api.agent_get(%L) $$,
                         :'night'),
    $$ values ('Night', 0.1::real, 'es-US', 'Good evening.', false, 1, true) $$,
    'an agent has what the template has and what was asked for');
select throws_ok($$ select test.create('{"name": "A", "color": "red"}') $$, 'FD400',
                 'There is no field "color" here.', 'an unknown field is named');
select throws_ok($$ select test.create('{"name": "A", "version": 7}') $$, 'FD400', null,
                 'a version is not chosen');
select throws_ok($$ select test.create('{"temperature": 3}') $$, 'FD422', null, 'too hot');
select throws_ok($$ select test.create('{"enabled_tools": ["format_disk"]}') $$, 'FD422', null,
                 'a tool there is not');
select throws_ok($$ select test.create('{"enabled_tools": ["end_call", "end_call"]}') $$, 'FD422',
                 null, 'a tool twice');
select throws_ok($$ select test.create('{"pipeline": "magic"}') $$, 'FD422', null,
                 'a pipeline there is not');
select throws_ok($$ select api.agent_create('cb000000-0000-4000-8000-000000000000',
                    '{"name": "Mine"}') $$, 'FD404', null, 'another''s client has no new agent');

select is(test.field($$ select test.create('{"name": "A", "endpointing_ms": 1}') $$),
          'endpointing_ms', 'a refusal names the field of a constraint');
select is(test.field($$ select test.create('{"name": ""}') $$), 'name', 'of another');
select is(test.field($$ select test.create('{"enabled_tools": ["no"]}') $$), 'enabled_tools',
          'and of a list');

-- Changed: each change is a version.
select is((test.update(:'night', '{"initial_greeting": "Good night."}')).version, 2,
          'a change is a version');
select is((test.update(:'night', '{"initial_greeting": "Good night."}')).version, 2,
          'the same again is none');
select is((test.update(:'night', '{"is_active": false}')).version, 2,
          'nor is whether it is there at all');
select results_eq(format($$ select version, is_live, author_name, published_at is not null
                              from api.agent_version_list(%L, 50, 0, null, null) $$, :'night'),
    $$ values (2, true, 'Owner A', true), (1, false, 'Owner A', true) $$,
    'versions are listed, newest first, with who made them');
select results_eq(format($$ select n.version from api.agent_version_list(%1$L, 1, 0, null, null) l,
                     api.agent_version_list(%1$L, 1, 0, l.version::text, l.id) n $$, :'night'),
                  'values (1)', 'page by page');
select is((select snapshot ->> 'initial_greeting' from api.agent_version_get(:'night', 1)),
          'Good evening.', 'a version has what the agent was');

-- A draft.
select is(test.draft(:'night', '{"initial_greeting": "Moonlight.", "temperature": 1,
                                 "note": "softer"}'), 3, 'a draft is the next version');
select is((select initial_greeting from api.agent_get(:'night')), 'Good night.',
          'of which callers hear nothing');
select results_eq(format($$ select note, is_live, published_at from api.agent_version_get(%L, 3) $$,
                         :'night'), $$ values ('softer', false, null::timestamptz) $$,
                  'it says what it is');
select throws_ok(format($$ select test.draft(%L, '{"temperature": 9}') $$, :'night'), 'FD422',
                 null, 'a draft is nothing that the agent could not be');
select results_eq(format($$ select field, before::text, after::text
                              from api.agent_version_diff(%L, 2, 3) $$, :'night'),
    $$ values ('temperature', '0.1', '1'), ('initial_greeting', '"Good night."', '"Moonlight."') $$,
    'two versions differ in what was changed');
select is((test.update(:'night', '{"max_call_seconds": 600}')).version, 4,
          'a change meanwhile is a version after it');
select results_eq(format($$ select version, initial_greeting, max_call_seconds
                              from api.agent_version_publish(%L, 3) $$, :'night'),
    $$ values (3, 'Moonlight.', 1800) $$, 'published, it is what callers hear, all of it');
select is((select count(*)::int from api.agent_version_list(:'night', 50, 0, null, null)), 4,
          'and no version more');
select is((select version from api.agent_version_publish(:'night', 3)), 3, 'once more is fine');
select throws_ok(format($$ select api.agent_version_publish(%L, 1) $$, :'night'), 'FD409', null,
                 'what was published before is not published but restored');
select results_eq(format($$ select version, initial_greeting, temperature
                              from api.agent_version_restore(%L, 1) $$, :'night'),
                  $$ values (5, 'Good evening.', 0.1::real) $$, 'which is a new version');
select is((select count(*)::int from api.agent_version_diff(:'night', 1, 5)), 0, 'of the old');
select is((test.update(:'night', '{"temperature": 0.2}')).version, 6, 'and it goes on from there');
select throws_ok(format($$ select api.agent_version_restore(%L, 99) $$, :'night'), 'FD404', null,
                 'a version there is not');
select throws_ok(format($$ select api.agent_version_list(%L, 50, 0, null, null) $$, :agent_b),
                 'FD404', null, 'another''s agent has no versions');
select throws_ok(format($$ select api.agent_version_publish(%L, 1) $$, :agent_b), 'FD404', null,
                 'to publish');
select is((select count(*)::int from api.agent_version_get(:agent_b, 1)), 0, 'or to see');

-- The default one.
select throws_ok(format($$ select api.agent_delete(%L) $$, :agent_a), 'FD409', null,
                 'the default agent is not deleted');
select throws_ok(format($$ select test.update(%L, '{"is_default": false}') $$, :agent_a), 'FD409',
                 null, 'nor is there none');
select is((test.update(:'night', '{"is_default": true, "is_active": true}')).is_default, true,
          'another becomes it');
select is((select is_default from api.agent_get(:agent_a)), false, 'then it is not');
select is((select initial_greeting from api.client_get(:client_a)), 'Good evening.',
          'the client''s fields are those of the default agent');
select is((select message from api.agent_delete(:agent_a)), 'Agent deleted successfully',
          'then it can be deleted');
select throws_ok(format($$ select api.agent_delete(%L) $$, :agent_b), 'FD404', null,
                 'another''s can not');
select throws_ok(format($$ select api.agent_update(%L, '{}', %L) $$, :'night', :client_b),
                 'FD404', null, 'nor by way of another client');

-- A call keeps the agent it began with, whoever takes it over.
select test.call_begin(1, '+15550300001', '+15550200001') as call \gset
select test.as_user(:owner_a) \g /dev/null
select test.update(:'night', '{"initial_greeting": "Changed.", "enabled_tools": []}') \g /dev/null
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.call_claim(:'call', 'node-2') -> 'config' ->> 'greeting', 'Good evening.',
          'a call that is taken over goes on with the version it began with');
select is(json_array_length(worker.call_claim(:'call', 'node-2') -> 'config' -> 'enabled_tools'),
          11, 'all of it');
select test.call_begin(2, '+15550300001', '+15550200001') as next \gset
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.call_claim(:'next', 'node-2') -> 'config' ->> 'greeting', 'Changed.',
          'the next call has the new one');

-- Listed: of one client, of all of mine.
select test.as_user(:owner_a) \g /dev/null
select results_eq(format($$ select name from api.agent_list(%L, 50, 0, null, null) $$, :client_a),
                  $$ values ('Night') $$, 'agents of a client');
select throws_ok(format($$ select * from api.agent_list(%L, 50, 0, null, null) $$, :client_b),
                 'FD404', null, 'of another''s none');
select test.as_user(:admin_id) \g /dev/null
select cmp_ok((select count(*)::int from api.agent_list(null, 100, 0, null, null)), '>', 1,
              'of all of them');
select test.as_role('frontdesk_worker') \g /dev/null
select throws_ok($$ update frontdesk.agent_versions set snapshot = '{}' $$, '42501', null,
                 'what a version holds is not changed');

select * from finish();
rollback;
