-- SPDX-License-Identifier: BSD-2-Clause
-- The audit log: what it takes, what it never shows, and that nobody changes it unseen.

begin;
\ir lib/fixture.sql
select plan(44);

grant all on all tables in schema frontdesk to frontdesk_api;

-- The rows since the last time this was asked, as they are when the transaction commits.
create temporary table seen (id uuid);
create table test.news (like frontdesk.audit_log);
create function test.news() returns setof frontdesk.audit_log language plpgsql as $$
begin
    perform test.nobody();
    set constraints all immediate;
    set constraints all deferred;
    return query select a.* from frontdesk.audit_log a
                  where a.id not in (select s.id from seen s) order by a.client_id, a.position;
    insert into seen select a.id from frontdesk.audit_log a
     where a.id not in (select s.id from seen s);
end
$$;
select count(*) from test.news() \g /dev/null

-- What a user changes.
select test.as_user(:owner_a) \g /dev/null
select set_config('frontdesk.request_id', 'request-1', true),
       set_config('frontdesk.address', '192.0.2.1', true) \g /dev/null
update frontdesk.services set minutes = 45 where name = 'cleaning';
select test.nobody() \g /dev/null
insert into test.news select * from test.news();
select results_eq($$ select client_id, actor_user_id, action, object_type, changes, result,
                            address, request_id from test.news $$,
    $$ values ('ca000000-0000-4000-8000-000000000000'::uuid,
               '0a000000-0000-4000-8000-000000000000'::uuid, 'update', 'services',
               '{"minutes": [30, 45]}'::jsonb, 'ok', '192.0.2.1', 'request-1') $$,
    'a change is told: whose, who, what, from where');
select is((select object_id from test.news), (select id::text from frontdesk.services
            where name = 'cleaning' and minutes = 45), 'and of which row');

select test.as_user(:owner_a) \g /dev/null
update frontdesk.services set minutes = minutes where name = 'cleaning';
select is_empty('select * from test.news()', 'no change is none');

select test.as_user(:manager_a) \g /dev/null
insert into frontdesk.contacts (client_id, phone_number, name, notes)
values (:client_a, '+15551234567', 'Ann Caller', 'calls at night');
update frontdesk.contacts set notes = 'calls by day' where phone_number = '+15551234567';
delete from frontdesk.contacts where phone_number = '+15551234567';
select test.nobody() \g /dev/null
truncate test.news;
insert into test.news select * from test.news();
select results_eq('select action from test.news order by position',
                  array['create', 'update', 'delete'], 'one row each');
select is((select changes from test.news where action = 'update'),
          '{"notes": ["[hidden]", "[hidden]"]}', 'what callers told stays out');
select is_empty($$ select from test.news where changes::text ~ 'Ann|1234567|night' $$,
                'in all of them');

select test.as_user(:owner_a) \g /dev/null
insert into frontdesk.client_invitations (client_id, email, role, token_hash)
values (:client_a, 'third@test.example', 'viewer', repeat('c', 64));
select is((select changes -> 'token_hash' from test.news()), '[null, "[hidden]"]',
          'so do secrets');

select test.as_user(:owner_a) \g /dev/null
update frontdesk.agents set system_prompt = repeat('x', 5000) where client_id = :client_a;
select cmp_ok((select length(changes::text) from test.news()), '<', 1200, 'a long text is cut');

select test.as_user(:owner_a) \g /dev/null
update frontdesk.users set name = 'Olivia' where id = :owner_a;
select is((select client_id from test.news()), '00000000-0000-0000-0000-000000000000',
          'what is no client''s is in the platform''s chain');

select test.nobody() \g /dev/null
update frontdesk.services set minutes = 50 where name = 'cleaning';
select is_empty('select * from test.news()', 'calls and jobs, which act for no user, are not told');

-- A removed client: its row, not all of its thousands.
insert into frontdesk.clients (id, owner_user_id, name)
values ('cc000000-0000-4000-8000-000000000000', :owner_a, 'Gamma');
insert into frontdesk.services (client_id, name, minutes)
values ('cc000000-0000-4000-8000-000000000000', 'washing', 30);
select count(*) from test.news() \g /dev/null
select test.as_user(:owner_a) \g /dev/null
delete from frontdesk.clients where id = 'cc000000-0000-4000-8000-000000000000';
select results_eq('select action, object_type from test.news()',
                  $$ values ('delete', 'clients') $$, 'what follows from a change is not told');
select is((select count(*)::int from frontdesk.audit_pending), 0, 'nothing is left pending');

-- An import: what it did, not each of its rows.
select test.as_user(:owner_a) \g /dev/null
select api.contact_import(:client_a, json_build_object('rows', (
    select json_agg(json_build_object('phone_number', '+1555765' || g)) from generate_series(1000, 1099) g)))
    \g /dev/null
update frontdesk.contacts set is_blocked = true where phone_number = '+15557651000';
select results_eq('select action, changes from test.news() order by position',
                  $$ values ('import', '{"created": [null, 100], "updated": [null, 0]}'::jsonb),
                            ('update', '{"is_blocked": [false, true]}') $$,
                  'many rows at once are told as one, and no other');

-- Refusals.
select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal(:viewer_a, 'PUT /api/contacts/{id}', 403, 'request-2', '192.0.2.2',
                         :client_a) from generate_series(1, 50) \g /dev/null
select test.nobody() \g /dev/null
truncate test.news;
insert into test.news select * from test.news();
select results_eq($$ select client_id, actor_user_id, action, object_type, object_id, result,
                            status, address, request_id from test.news $$,
    $$ values ('ca000000-0000-4000-8000-000000000000'::uuid,
               '0a000000-0000-4000-8000-000000000002'::uuid, 'refuse', 'request',
               'PUT /api/contacts/{id}', 'refused', 403, '192.0.2.2', 'request-2') $$,
    'a refusal of fifty in a minute is told once');
update frontdesk.audit_refusals set since = now() - interval '2 minutes';
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.job_audit_refusals('{}'), 'done', 'and when the minute is over');
select is((select changes from test.news()), '{"repeats": [null, 49]}', 'how often it was');
select is((select count(*)::int from frontdesk.audit_refusals), 0, 'which is not counted on');

select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal(:viewer_a, 'POST /api/x' || g, 403, 'r', '192.0.2.2')
  from generate_series(1, 200) g \g /dev/null
select is((select count(*)::int from test.news()), 31,
          'of two hundred kinds in a minute thirty are told, and that there were more');
update frontdesk.audit_refusals set since = now() - interval '2 minutes';
select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal(:viewer_a, 'POST /api/x', 403, 'r', '192.0.2.2') \g /dev/null
select results_eq($$ select object_id, changes from test.news() order by position $$,
    $$ values ('*', '{"repeats": [null, 169]}'::jsonb), ('POST /api/x', null) $$,
    'the next one tells how many');

select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal(:owner_b, 'PUT /api/clients/{id}', 404, 'r', '192.0.2.2',
                         :client_a) \g /dev/null
select is((select client_id from test.news()), '00000000-0000-0000-0000-000000000000',
          'a stranger writes nothing into a client''s chain');
select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal(:viewer_a, 'PUT /api/services/{id}', 403, 'r', '192.0.2.2') \g /dev/null
select is((select client_id from test.news()), :client_a,
          'who works for one client alone can have meant no other');
select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal(null, 'PUT /api/services/{id}', 409, 'r', '192.0.2.2', null,
                         repeat('ea', 32)) \g /dev/null
select test.nobody() \g /dev/null
select results_eq($$ select actor_user_id, actor_key_id from test.news() $$,
                  $$ select user_id, id from frontdesk.api_keys where name = 'fixture' $$,
                  'a key is told, and whose it is');
select test.as_role('frontdesk_api') \g /dev/null
select api.audit_refusal('00000000-0000-4000-8000-00000000dead', 'PUT /', 401, 'r', 'a'),
       api.audit_refusal(null, 'PUT /', 401, 'r', 'a') \g /dev/null
select is_empty('select * from test.news()', 'nobody is nobody');

-- Who reads it.
select test.as_user(:owner_a) \g /dev/null
select results_eq($$ select distinct client_id from api.audit_log_list(null, null, null, null, null,
                     null, null, null, 100, 0, null, null) $$,
              array['ca000000-0000-4000-8000-000000000000']::uuid[],
              'an owner reads of its client');
select is((select actor_name from api.audit_log_list(:client_a, :manager_a, 'delete', 'contacts',
               null, null, null, null, 10, 0, null, null)), 'Manager A', 'who did what, by name');
select test.as_user(:viewer_a) \g /dev/null
select is_empty($$ select * from api.audit_log_list(null, null, null, null, null, null, null, null,
                       100, 0, null, null) $$, 'a viewer nothing');
select throws_ok($$ select api.audit_log_list('ca000000-0000-4000-8000-000000000000', null, null,
                        null, null, null, null, null, 100, 0, null, null) $$, 'FD403', null,
                 'and hears why');
select test.as_user(:owner_b) \g /dev/null
select throws_ok($$ select api.audit_log_list('ca000000-0000-4000-8000-000000000000', null, null,
                        null, null, null, null, null, 100, 0, null, null) $$, 'FD404', null,
                 'another''s is not there');
select test.as_user(:admin_id) \g /dev/null
select isnt_empty($$ select from api.audit_log_list(null, null, null, null, null, null, null, null,
                         100, 0, null, null) where client_id is null $$,
                  'an admin reads the platform''s too');
select isnt_empty($$ select from api.audit_log_list('cc000000-0000-4000-8000-000000000000', null,
                         null, null, null, null, null, null, 100, 0, null, null) $$,
                  'and what became of a client that is gone');
select test.nobody() \g /dev/null
create table test.pages (n int, id uuid, at timestamptz);
grant select, insert on test.pages to frontdesk_api;
select test.as_user(:admin_id) \g /dev/null
insert into test.pages
select row_number() over (), l.id, l.at
  from api.audit_log_list(null, null, null, null, null, null, null, null, 100, 0, null, null) l;
select results_eq($$ select l.id from test.pages p,
                       api.audit_log_list(null, null, null, null, null, null, null, null, 3, 0,
                                          p.at::text, p.id) l where p.n = 3 $$,
                  $$ select id from test.pages where n between 4 and 6 order by n $$,
                  'a cursor goes on where a page ended');

-- Nobody changes it.
select throws_ok($$ insert into frontdesk.audit_log select * from frontdesk.audit_log limit 1 $$,
                 '42501', null, 'nobody adds to it');
select test.nobody() \g /dev/null
select throws_ok('update frontdesk.audit_log set address = null', 'FD403', null,
                 'a superuser does not change it by mistake');
select throws_ok('delete from frontdesk.audit_log', 'FD403', null, 'nor remove from it');
select throws_ok('truncate frontdesk.audit_log', 'FD403', null, 'nor empty it');
select is_empty('select * from private.audit_verify()', 'it is whole');

-- And with the triggers off, it is seen.
create function test.tampered(p_statement text) returns text language plpgsql as $$
declare
    v_result text;
begin
    set local session_replication_role = replica;
    begin
        execute p_statement;
        select v.chain || ' ' || v.position || ' ' || v.problem into v_result
          from private.audit_verify() v;
        raise exception using errcode = 'TU000';
    exception when sqlstate 'TU000' then null;
    end;
    set local session_replication_role = origin;
    return v_result;
end
$$;
select set_config('test.last', (select max(position)::text from frontdesk.audit_log
                                 where client_id = :client_a), true) \g /dev/null
select is(test.tampered($$ update frontdesk.audit_log set actor_user_id = null
              where client_id = 'ca000000-0000-4000-8000-000000000000' and position = 2 $$),
          :client_a || ' 2 it is not as it was written', 'another actor is found');
select is(test.tampered($$ update frontdesk.audit_log
                              set changes = '{"minutes": [30, 46]}'
              where client_id = 'ca000000-0000-4000-8000-000000000000' and position = 2 $$),
          :client_a || ' 2 it is not as it was written', 'so is another value');
select is(test.tampered($$ update frontdesk.audit_log a
                              set address = '192.0.2.9', hash = private.audit_hash(
                                  jsonb_populate_record(a, '{"address": "192.0.2.9"}'))
              where client_id = 'ca000000-0000-4000-8000-000000000000' and position = 2 $$),
          :client_a || ' 3 it does not follow the row before it', 'also with its hash made anew');
select is(test.tampered($$ delete from frontdesk.audit_log
              where client_id = 'ca000000-0000-4000-8000-000000000000' and position = 2 $$),
          :client_a || ' 3 rows before it are missing', 'a removed row is missed');
select is(test.tampered($$ delete from frontdesk.audit_log
              where client_id = 'ca000000-0000-4000-8000-000000000000'
                and position = current_setting('test.last')::int $$),
          :client_a || ' ' || (current_setting('test.last')::int - 1)
          || ' rows after it are missing, or were added by another hand', 'the last one as well');
select is(test.tampered($$ delete from frontdesk.audit_log
              where client_id = 'ca000000-0000-4000-8000-000000000000' $$),
          :client_a || ' 0 rows after it are missing, or were added by another hand',
          'and a whole chain');
select is(test.tampered($$ update frontdesk.audit_chains set last_hash = repeat('0', 64)
              where chain = 'ca000000-0000-4000-8000-000000000000' $$),
          :client_a || ' ' || current_setting('test.last')
          || ' rows after it are missing, or were added by another hand', 'its end is no other');
select is(test.tampered('select 1'), null, 'and nothing is found where nothing was done');

select * from finish();
rollback;
