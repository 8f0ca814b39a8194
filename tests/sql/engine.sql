-- SPDX-License-Identifier: BSD-2-Clause
-- What every route may ask for: who acts, preconditions, keys that make a POST happen once; and
-- services, which have it all.

begin;
\ir lib/fixture.sql
select plan(34);

-- Who acts.
select test.as_role('frontdesk_api');
select lives_ok($$ select api.act_as('0a000000-0000-4000-8000-000000000000', 'r-1', '10.0.0.1') $$,
                'a user acts, in a request, from somewhere');
select is(current_setting('frontdesk.request_id') || ' ' || current_setting('frontdesk.address'),
          'r-1 10.0.0.1', 'which functions know of');
select lives_ok($$ select api.act_as('0a000000-0000-4000-8000-000000000000') $$,
                'neither must be known');

-- Services.
select test.as_user(:owner_a);
select * from api.service_create(:client_a, '{"name": " Fluoride ", "minutes": 45}') \gset
select is(:'name' || ' ' || :'minutes' || ' ' || :'is_active', 'Fluoride 45 t',
          'a service is made');
select results_eq(format('select * from api.service_get(%L)', :'id'),
                  format('select * from api.service_list(%L, null, 100, 0, null, null)
                           where id = %L', :client_a, :'id'),
                  'one is as the list has it');
select throws_ok(format($$ select api.service_create(%L, '{"name": "FLUORIDE", "minutes": 5}') $$,
                        :client_a), '23505', null, 'a name is there once');
select results_eq(format($$ select name, minutes, is_active
                              from api.service_update(%L, '{"minutes": 50}') $$, :'id'),
                  $$ values ('Fluoride', 50, true) $$, 'what is not named stays');
select is_empty(format('select api.service_list(%L, false, 50, 0, null, null)', :client_a),
                'lists are filtered');

select id as second from api.service_create(:client_a, '{"name": "Polish", "minutes": 15,
    "position": 0, "is_active": false}') \gset
select results_eq(format($$
    with pages as (select p.* from api.service_list(%1$L, null, 1, 0, null, null) f,
                          api.service_list(%1$L, null, 100, 0, f.position::text, f.id) p)
    select count(*) + 1 from pages $$, :client_a),
    format('select count(*) from api.service_list(%L, null, 100, 0, null, null)', :client_a),
    'a cursor goes on behind its row');

select test.as_user(:owner_b);
select is_empty(format('select * from api.service_get(%L)', :'id'), 'another owner sees none');
select throws_ok(format($$ select api.service_update(%L, '{"minutes": 5}') $$, :'id'), 'FD404',
                 null, 'and changes none');
select throws_ok(format($$ select api.service_delete(%L) $$, :'id'), 'FD404', null,
                 'and removes none');
select throws_ok(format($$ select api.service_create(%L, '{"name": "X", "minutes": 5}') $$,
                        :client_a), 'FD404', null, 'and makes none');

-- Preconditions.
select test.as_user(:owner_a);
select lives_ok($$ select api.object_lock('x'), api.object_lock('x') $$, 'a lock may be had twice');
select lives_ok($$ select api.if_match('a,b', 'b') $$, 'one of the tags is enough');
select lives_ok($$ select api.if_match('*', 'b') $$, 'any object will do');
select throws_ok($$ select api.if_match('a,b', 'c') $$, 'FD412', null, 'another does not match');
select throws_ok($$ select api.if_match('', 'c') $$, 'FD412', null, 'nothing matches nothing');
select throws_ok($$ select api.if_match('*', null) $$, 'FD404', null, 'what is not there');

-- Keys.
select test.nobody();
create function test.post(p_name text, p_secret boolean default false)
returns table (status int, location text, tag text, body text) language sql as $$
    with o as materialized (
        select * from api.service_create('ca000000-0000-4000-8000-000000000000',
                                         json_build_object('name', p_name, 'minutes', 20))),
         a as (select array_agg(to_json(o)) as rows, min(md5(o::text)) as tag,
                      min(o.id::text) as id from o)
    select k.* from a, api.idempotency_keep(p_name, '/here', repeat('0', 64), 201, '/there/',
                                            'api.service_create', false, p_secret, a.rows, a.tag,
                                            a.id) k $$;
grant execute on function test.post(text, boolean) to frontdesk_api;
select test.as_user(:owner_a);

select lives_ok(format($$ select api.idempotency_claim('one', '/here', '%s') $$, repeat('0', 64)),
                'a key that is new');
select * from test.post('one') \gset kept_
select is(:'kept_status'::text, '201', 'what was done has an answer');
select is(:'kept_location'::text, '/there/' || (:'kept_body'::json ->> 'id'), 'and a place');
select is(:'kept_body'::json ->> 'created_at',
          (select left(to_json(s.created_at) #>> '{}', -6) || 'Z' from frontdesk.services s
            where s.name = 'one'), 'times are as the module writes them');
select is(:'kept_tag'::text,
          (select md5(s::text) from api.service_get((:'kept_body'::json ->> 'id')::uuid) s),
          'the tag is the object''s');
select is((select array_agg(k) from json_object_keys(:'kept_body'::json) k),
          array['id', 'client_id', 'name', 'minutes', 'position', 'is_active', 'created_at',
                'updated_at'], 'and its members stand in order');
select throws_ok(format($$ select api.idempotency_claim('one', '/here', '%s') $$, repeat('0', 64)),
                 'FD208', null, 'again: it was done');
select results_eq($$ select body from api.idempotency_answer('one') $$,
                  format('values (%L)', :'kept_body'), 'and what was answered is kept');
select throws_ok(format($$ select api.idempotency_claim('one', '/here', '%s') $$, repeat('1', 64)),
                 'FD422', null, 'a key is for one body');
select throws_ok(format($$ select api.idempotency_claim('one', '/there', '%s') $$,
                        repeat('0', 64)), 'FD422', null, 'at one place');

select isnt((select body from test.post('two', true)), null::text, 'a secret is answered');
select throws_ok(format($$ select api.idempotency_claim('two', '/here', '%s') $$, repeat('0', 64)),
                 'FD409', null, 'and not kept');

select test.as_user(:owner_b);
select lives_ok(format($$ select api.idempotency_claim('one', '/here', '%s') $$, repeat('0', 64)),
                'another user''s key is another key');

select test.nobody();
update frontdesk.idempotency_keys set created_at = now() - interval '25 hours' where key = 'one';
select test.as_user(:owner_a);
select lives_ok(format($$ select api.idempotency_claim('one', '/here', '%s') $$, repeat('1', 64)),
                'a day later it may be used again');
select test.as_role('frontdesk_worker');
select is(private.idempotency_expire(), 1::bigint, 'and what was kept goes');

select * from finish();
rollback;
