-- SPDX-License-Identifier: BSD-2-Clause
-- API keys: who makes them, and what each may do.

begin;
\ir lib/fixture.sql
select plan(30);

create function test.as_key(p_key text) returns void language plpgsql as $$
begin
    perform test.as_role('frontdesk_api');
    perform api.act_as_key(encode(sha256(p_key::bytea), 'hex'), 'request-1', '192.0.2.8');
end $$;
create function test.used(p_name text) returns timestamptz language sql security definer as
$$ select last_used_at from frontdesk.api_keys where name = p_name $$;

select test.as_user(:owner_a) \g /dev/null
select id, key, prefix from api.api_key_create('{"name": " all "}') \gset all_
select id, key, prefix from api.api_key_create('{"name": "reader", "read_only": true}') \gset read_
select id, key, prefix from api.api_key_create(json_build_object(
    'name', 'alpha', 'client_id', :client_a, 'expires_at', now() + interval '1 day')) \gset one_

select matches(:'all_key'::text, '^fdk_[A-Za-z0-9_-]{43}$', 'a key is long');
select is(:'all_prefix'::text, left(:'all_key', 12), 'and known by how it begins');
select results_eq($$ select name, client_id, read_only from api.api_key_list(50, 0, null, null)
                      order by name $$,
                  $$ values ('all', null::uuid, false),
                            ('alpha', 'ca000000-0000-4000-8000-000000000000', false),
                            ('fixture', null, false), ('reader', null, true) $$,
                  'keys are listed');
select throws_ok($$ select api.api_key_create('{"name": "x",
                        "client_id": "cb000000-0000-4000-8000-000000000000"}') $$, 'FD404',
                 'There is no such client.', 'there is none for another''s client');
select throws_ok($$ select api.api_key_create('{"name": "x", "expires_at": "2001-01-01"}') $$,
                 'FD422', 'This must be in the future.', 'nor for the past');
select throws_ok($$ select api.api_key_create(json_build_object('name', E'x\ny')) $$, '23514', null,
                 'a name is one line');
select throws_ok('select key_hash from frontdesk.api_keys', '42501', null,
                 'hashes can not be read');

select test.as_user(:owner_b) \g /dev/null
select is_empty('select api.api_key_list(50, 0, null, null)', 'nobody sees another''s keys');
select throws_ok(format('select api.api_key_get(%L)', :'all_id'), 'FD404',
                 'There is no such API key.', 'they are not there');
select throws_ok(format('select api.api_key_delete(%L)', :'all_id'), 'FD404',
                 'There is no such API key.', 'nor can they be deleted');

select lives_ok(format('select test.as_key(%L)', :'all_key'), 'a key acts');
select results_eq('select email from api.me()', $$ values ('a@test.example') $$, 'as its user');
select is(current_setting('frontdesk.address'), '192.0.2.8', 'from where it came');
select isnt(test.used('all'), null, 'and when is known');
select throws_ok('select api.api_key_create(''{"name": "child"}'')', 'FD403',
                 'This can not be done with an API key.', 'it makes no keys');
select throws_ok('select api.session_list(50, 0, null, null)', 'FD403', null, 'sees no sessions');
select throws_ok('select api.me_secret()', 'FD403', null, 'and changes no account');
select throws_ok($$ select api.me_update('X', null, null) $$, 'FD403', null, 'not in the least');

select lives_ok(format('select test.as_key(%L)', :'read_key'), 'a key that reads acts');
select results_eq('select private.visible_clients()',
              $$ values ('ca000000-0000-4000-8000-000000000000'::uuid) $$, 'it sees');
select is_empty('select private.writable_clients()', 'and changes nothing');

select test.nobody() \g /dev/null
insert into frontdesk.clients (id, owner_user_id, name, timezone)
values ('cc000000-0000-4000-8000-000000000000', :owner_a, 'Gamma', 'UTC');
select test.as_key(:'all_key') \g /dev/null
select is((select count(*)::int from private.visible_clients()), 2, 'a key is for all clients');
select test.as_key(:'one_key') \g /dev/null
select results_eq('select private.visible_clients()',
              $$ values ('ca000000-0000-4000-8000-000000000000'::uuid) $$, 'or for one');

select test.nobody() \g /dev/null
update frontdesk.api_keys set expires_at = now() - interval '1 s' where id = :'one_id';
select throws_ok(format('select test.as_key(%L)', :'one_key'), 'FD401', 'You are not logged in.',
                 'an expired key does not act');
select throws_ok($$ select test.as_key('fdk_guessed') $$, 'FD401', 'You are not logged in.',
                 'a made-up one neither');
select test.as_user(:owner_a) \g /dev/null
select results_eq(format('select message from api.api_key_delete(%L)', :'all_id'),
                  $$ values ('API key deleted successfully') $$, 'a key is deleted');
select throws_ok(format('select test.as_key(%L)', :'all_key'), 'FD401', null,
                 'and does not act any more');
select test.as_user(:owner_a) \g /dev/null
select throws_ok(format('select api.api_key_delete(%L)', :'all_id'), 'FD404', null, 'it is gone');
select test.nobody() \g /dev/null
update frontdesk.users set is_active = false where id = :owner_a;
select throws_ok(format('select test.as_key(%L)', :'read_key'), 'FD401', null,
                 'nor do the keys of who was switched off');
select is((select count(*)::int from frontdesk.audit_log l
            where l.object_type = 'api_keys' and l.changes::text like '%' || :'all_key' || '%'), 0,
          'the audit log has no key');

select * from finish();
rollback;
