-- SPDX-License-Identifier: BSD-2-Clause
-- What admins ask for, and that nobody else gets an answer.

begin;
\ir lib/fixture.sql
\ir lib/people.sql
select plan(47);

-- Every function of admins, with arguments as good as any.
create function test.refused(p_user uuid) returns setof text language plpgsql as $$
declare
    v_name text;
    v_code text;
begin
    for v_name in
        select format('select * from api.%I(%s)', p.proname, (
                   select string_agg(case format_type(t, null)
                              when 'uuid' then '''ca000000-0000-4000-8000-000000000000'''
                              when 'json' then
                                  '''{"client_id": "ca000000-0000-4000-8000-000000000000", '
                                  '"seconds": 5, "key": "x", "value": "y"}'''
                              else 'null' end || '::' || format_type(t, null), ', ' order by n)
                     from unnest(p.proargtypes) with ordinality u (t, n)))
          from pg_proc p
         where p.pronamespace = 'api'::regnamespace and p.proname like 'admin\_%'
         order by 1
    loop
        v_code := 'nothing';
        begin
            perform test.as_user(p_user);
            execute v_name;
        exception when others then
            v_code := sqlstate;
        end;
        perform test.nobody();
        if v_code <> 'FD403' then
            return next v_name || ': ' || v_code;
        end if;
    end loop;
end
$$;
select is_empty($$ select test.refused('0a000000-0000-4000-8000-000000000000') $$,
                'an owner is refused by every function of admins');
select cmp_ok((select count(*)::int from pg_proc p where p.pronamespace = 'api'::regnamespace
                  and p.proname like 'admin\_%'), '>=', 15, 'of which there are some');

-- A key that only reads.
select test.as_user(:admin_id) \g /dev/null
select set_config('frontdesk.key_read_only', 'on', true) \g /dev/null
select isnt_empty('select from api.admin_dashboard()', 'an admin''s key that only reads reads');
select throws_ok(format('select api.admin_user_toggle(%L)', :owner_a), 'FD403', null,
                 'and switches nobody off');
select throws_ok($$ select api.admin_setting_set('{"key": "a", "value": "b"}') $$, 'FD403', null,
                 'sets nothing');
select throws_ok($$ select api.admin_balance_adjust(
    '{"client_id": "ca000000-0000-4000-8000-000000000000", "seconds": 5}') $$, 'FD403', null,
    'gives nothing');
select throws_ok($$ select api.admin_client_update('ca000000-0000-4000-8000-000000000000',
    '{"is_active": false}') $$, 'FD403', null, 'and changes no client');
select set_config('frontdesk.key_read_only', '', true) \g /dev/null

-- Numbers.
select test.nobody() \g /dev/null
select c.users, c.clients, c.calls from
    (select (select count(*)::int from frontdesk.users) as users,
            (select count(*)::int from frontdesk.clients) as clients,
            (select count(*)::int from frontdesk.calls
              where created_at >= date_trunc('day', now(), 'UTC')) as calls) c \gset
select set_config('test.call_a', :call_a, true) \g /dev/null
select test.as_role('frontdesk_worker') \g /dev/null
select worker.call_end(:call_a, 1, 'completed', 'caller_hangup', 90, null) \g /dev/null
select test.as_user(:admin_id) \g /dev/null
select results_eq('select users, clients, calls_today, active_calls from api.admin_dashboard()',
                  format('values (%s, %s, %s, 1)', :users, :clients, :calls),
                  'the platform at a glance');
select test.nobody() \g /dev/null
insert into frontdesk.payments (client_id, reference, amount_cents, refunded_cents, seconds, status,
                                paid_at)
values (:client_a, 'admin-1', 1000, 0, 600, 'paid', now()),
       (:client_b, 'admin-2', 500, 200, 600, 'paid', now());
select test.as_user(:admin_id) \g /dev/null
select is((select revenue::text from api.admin_dashboard()),
          '[{"currency":"USD","amount_cents":1300}]', 'what was paid and kept');
select cmp_ok((select minutes_today from api.admin_dashboard()), '>=', 2,
              'with the minutes of today, begun ones whole');
select results_eq($$ select client_name, calls, completed, seconds
                       from api.admin_analytics_by_client(null, null, 10, 0)
                      where client_name in ('Alpha', 'Beta') $$,
                  $$ values ('Alpha', 1, 1, 90::bigint), ('Beta', 1, 0, 0::bigint) $$,
                  'calls by client');
select results_eq($$ select call_id, duration from api.admin_top_calls(null, null, 1)
                      where client_name = 'Alpha' $$,
                  $$ select current_setting('test.call_a')::uuid, 90 $$, 'the longest call');
select cmp_ok((select sum(calls)::int from api.admin_analytics(now() - interval '1 hour',
                                                               now() + interval '1 hour')),
              '>=', 2, 'calls by day');
select results_eq($$ select distinct kind from
                     api.admin_analytics_by_service(null, null) order by kind $$,
                  array['llm', 'stt', 'tts'], 'calls by service');
select is_empty($$ select * from api.admin_analytics('2001-01-01', '2001-02-01') $$,
                'none where there were none');
select throws_ok($$ select api.admin_analytics('2001-02-01', '2001-01-01') $$, 'FD422', null,
                 'no span runs backward');
select throws_ok($$ select api.admin_top_calls('2001-02-01', '2003-01-01', 5) $$, 'FD422', null,
                 'nor for years');

-- Users.
select results_eq($$ select email, role, is_active, clients
                       from api.admin_user_list('MANAGER@test', null, true, 50, 0, null, null) $$,
                  $$ values ('manager@test.example', 'owner', true, 1) $$, 'a user is found');
select is((select count(*)::int from api.admin_user_list('test.example', 'admin', null, 50, 0,
                                                         null, null)), 1, 'by role as well');
select is((select id from api.admin_user_list(null, null, null, 1, 0, p.created_at::text, p.id)),
          (select id from api.admin_user_list(null, null, null, 1, 1, null, null)),
          'and after another')
  from api.admin_user_list(null, null, null, 1, 0, null, null) p;
select throws_ok(format('select api.admin_user_toggle(%L)', :admin_id), 'FD422', null,
                 'nobody switches itself off');
select throws_ok($$ select api.admin_user_toggle('00000000-0000-4000-8000-00000000dead') $$,
                 'FD404', null, 'nor whom there is not');
select is((select is_active from api.admin_user_toggle(:owner_a)), false, 'a user is switched off');
select test.nobody() \g /dev/null
select is_empty($$ select from frontdesk.sessions s where s.revoked_at is null
                      and s.user_id = '0a000000-0000-4000-8000-000000000000' $$,
                'all its sessions are over');
select throws_ok(format('select test.as_user(%L)', :owner_a), 'FD401', null,
                 'and acts no more from that moment');
select test.as_user(:admin_id) \g /dev/null
select is((select is_active from api.admin_user_toggle(:owner_a)), true, 'and on again');

-- Clients.
select results_eq($$ select name, owner_email, members from
                     api.admin_client_list('alp', null, true, 'ai_only', 50, 0, null, null) $$,
                  $$ values ('Alpha', 'a@test.example', 3) $$, 'a client is found');
select results_eq($$ select name from api.admin_client_list('test.example', null, null, null, 50, 0,
                         'Alpha', 'ca000000-0000-4000-8000-000000000000') $$, array['Beta'],
                  'the next by name');
select results_eq($$ select is_active, routing, owner_email from
    api.admin_client_update('ca000000-0000-4000-8000-000000000000', '{"is_active": false,
        "routing": "human_only", "owner_user_id": "0b000000-0000-4000-8000-000000000000"}') $$,
    $$ values (false, 'human_only', 'b@test.example') $$, 'an admin gives a client to another');
select is((select role from api.member_get(:client_a, :owner_b)), 'owner',
          'who is one of its owners now');
select is((select role from api.member_get(:client_a, :owner_a)), 'owner', 'beside who was');
select results_eq($$ select is_active, routing from
    api.admin_client_update('ca000000-0000-4000-8000-000000000000', '{"routing": "ai_only"}') $$,
    $$ values (false, 'ai_only') $$, 'what is not said stays');
select throws_ok($$ select api.admin_client_update('ca000000-0000-4000-8000-000000000000',
    '{"owner_user_id": "00000000-0000-4000-8000-00000000dead"}') $$, 'FD422', null,
    'nobody gets no client');

-- Seconds.
select balance_seconds as balance from api.admin_client_get(:client_b) \gset
select results_eq(format($$ select seconds, balance_seconds - %s, note from api.admin_balance_adjust(
    '{"client_id": "cb000000-0000-4000-8000-000000000000", "seconds": 100, "note": "sorry"}') $$,
    :balance), $$ values (100, 100, 'sorry') $$, 'seconds are given');
select is((select balance_seconds from api.admin_client_get(:client_b)), :balance + 100,
          'and are there');
select results_eq($$ select kind, seconds, note, created_by from
    api.admin_ledger_list('cb000000-0000-4000-8000-000000000000', 'adjustment', 1, 0) $$,
    $$ values ('adjustment', 100, 'sorry', 'ad000000-0000-4000-8000-000000000000'::uuid) $$,
    'the ledger says by whom');
select throws_ok($$ select api.admin_balance_adjust(
    '{"client_id": "cb000000-0000-4000-8000-000000000000", "seconds": -1000000}') $$, 'FD422',
    null, 'no balance is below zero');
select throws_ok($$ select api.admin_balance_adjust(
    '{"client_id": "cb000000-0000-4000-8000-000000000000", "seconds": 2147483647}') $$, 'FD422',
    null, 'nor beyond what can be counted');
select throws_ok($$ select api.admin_balance_adjust(
    '{"client_id": "cb000000-0000-4000-8000-000000000000", "seconds": 0}') $$, 'FD422', null,
    'nothing is no adjustment');
select results_eq($$ select client_name, balance_seconds from api.admin_balance_list(null, 50, 0)
                      where client_name in ('Alpha', 'Beta') order by client_name $$,
    $$ select name, balance_seconds from api.admin_client_list(null, null, null, null, 50, 0, null,
           null) where name in ('Alpha', 'Beta') order by name $$, 'balances of all');

-- Settings.
select is((select value from api.admin_setting_set('{"key": "support_phone", "value": "x"}')), 'x',
          'a setting is set');
select is((select value from api.admin_setting_list() where key = 'support_phone'), 'x',
          'and listed');
select throws_ok(format('select api.admin_setting_set(%L)', json_build_object(
                     'key', k, 'value', 'hunter2')), 'FD422', null, k || ' is a secret')
  from unnest(array['twilio_auth_token', 'api_key', 'smtp_password']) k;
select throws_ok($$ select api.admin_setting_set(
    '{"key": "twilio_account_sid", "value": "mine"}') $$, 'FD422', null,
    'an account is an account''s SID');

-- Machines.
select test.as_role('frontdesk_worker') \g /dev/null
select worker.node_beat('node-1', false, '{"calls": 3}') \g /dev/null
select test.as_user(:admin_id) \g /dev/null
select results_eq($$ select name, is_alive, is_draining, load from api.admin_node_list()
                      where name = 'node-1' $$,
                  $$ values ('node-1', true, false, '{"calls": 3}'::jsonb) $$,
                  'a machine that has told lately is there');

select * from finish();
rollback;
