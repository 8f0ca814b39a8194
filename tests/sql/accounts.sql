-- SPDX-License-Identifier: BSD-2-Clause
-- Registering, links by mail, passwords, failed logins, second factors, sessions.

begin;
\ir lib/fixture.sql
select plan(89);

\set hash '''$argon2id$v=19$m=16384,t=2,p=1$c2E$bB'''
\set step 1000

-- The newest mail to an address: its template, and the token in it.
create function test.mail(p_to text) returns text language sql security definer as $$
    select j.payload ->> 'template' from frontdesk.jobs j
     where j.queue = 'mail' and j.payload ->> 'to' = p_to order by j.ctid desc limit 1 $$;
create function test.mail_token(p_to text) returns text language sql security definer as $$
    select j.payload -> 'data' ->> 'token' from frontdesk.jobs j
     where j.queue = 'mail' and j.payload ->> 'to' = p_to order by j.ctid desc limit 1 $$;
create function test.mail_count(p_to text) returns int language sql security definer as $$
    select count(*)::int from frontdesk.jobs j
     where j.queue = 'mail' and j.payload ->> 'to' = p_to $$;
create function test.live(p_user uuid) returns int language sql security definer as $$
    select count(*)::int from frontdesk.sessions s
     where s.user_id = p_user and s.revoked_at is null $$;
create function test.digest(p_text text) returns text language sql as
$$ select encode(sha256(p_text::bytea), 'hex') $$;
create function test.register(p_email text, p_family uuid) returns setof text language sql as $$
    select role from api.user_register(p_email, ' Nina New ',
        '$argon2id$v=19$m=16384,t=2,p=1$c2E$bA', p_family, test.digest(p_family::text), 3600,
        'Test/1.0', '192.0.2.7') $$;
create function test.verify(p_token text) returns setof text language sql as
$$ select message from api.email_verify(json_build_object('token', p_token)) $$;
create function test.nina() returns uuid language sql security definer as
$$ select id from frontdesk.users where email in ('nina@test.example', 'nina@new.example') $$;
create function test.open(p_step bigint, p_code text) returns void language sql as $$
    select api.session_open('0a000000-0000-4000-8000-000000000000', null,
                            test.digest(random()::text), 3600, null, null, p_step, p_code) $$;
create function test.in_session(p_user uuid, p_session uuid) returns void language plpgsql as $$
begin
    perform test.as_role('frontdesk_api');
    perform api.act_in_session(p_user, p_session, 'request-1', '192.0.2.7');
end $$;

-- Registering.

\set nina '''ee000000-0000-4000-8000-000000000001'''
select test.as_role('frontdesk_api') \g /dev/null
select results_eq(format('select test.register(%L, %L)', ' Nina@Test.example ', :nina),
                  $$ values ('owner') $$, 'somebody registers, as an owner');
select is(test.mail('nina@test.example'), 'verify_email', 'and is written to');
select is_empty(format('select test.register(%L, %L)', 'nina@test.example',
                       'ee000000-0000-4000-8000-000000000002'), 'an address registers once');
select is(test.mail('nina@test.example'), 'register_existing', 'whose it is hears of it');
select is_empty(format('select test.register(%L, %L)', 'nina@test.example',
                       'ee000000-0000-4000-8000-000000000003'), 'again');
select is(test.mail_count('nina@test.example'), 2, 'but not of every time');
select throws_ok(format('select test.register(%L, %L)', 'nina@x.example, all@x.example',
                        'ee000000-0000-4000-8000-000000000003'), '23514', null,
                 'two addresses are none');
select throws_ok($$ select api.user_register('z@test.example', 'Z', 'x', null, 'x', 3600, null,
                                             null) $$, '23514', null,
                 'a hash is a hash of argon2id');
select throws_ok($$ select api.user_register('z@test.example', E'Z\nBcc: all', 'x', null, 'x',
                                             3600, null, null) $$, 'FD422',
                 'This must be one line.', 'a name is one line');

select test.in_session(test.nina(), :nina) \g /dev/null
select results_eq('select name, email, email_verified, totp_enabled, clients::text from api.me()',
                  $$ values ('Nina New', 'nina@test.example', false, false, '[]') $$,
                  'who registered is logged in, and not verified');
select throws_ok($$ select * from api.api_key_create('{"name": "mine"}') $$, 'FD403',
                 'Please verify your email address first.', 'and makes no keys yet');
select is((select array_agg(role order by role) from json_to_recordset((
              select clients from (select api.act_as('0a000000-0000-4000-8000-000000000001')) a,
                                  api.me())) r (role text)),
          '{manager}'::text[], 'a member''s clients come with the role');

-- Verifying.

select test.in_session(test.nina(), :nina) \g /dev/null
select results_eq('select message from api.verification_resend()',
                  $$ values ('The mail is on its way.') $$, 'the mail is sent again');
select test.mail_token('nina@test.example') as token \gset
select test.as_role('frontdesk_api') \g /dev/null
select matches(:'token'::text, '^[A-Za-z0-9_-]{43}$', 'with a token');
select throws_ok($$ select test.verify('guessed') $$, 'FD400', 'This link is not valid any more.',
                 'a guessed token is refused');
select throws_ok($$ select test.verify(null) $$, 'FD400', 'This link is not valid any more.',
                 'none too');
select throws_ok(format('select api.password_reset(%L, %L)', :'token', :hash), 'FD400',
                 'This link is not valid any more.', 'it is good for nothing else');
select results_eq(format('select test.verify(%L)', :'token'),
                  $$ values ('Your email address is verified.') $$, 'the right one is taken');
select throws_ok(format('select test.verify(%L)', :'token'), 'FD400',
                 'This link is not valid any more.', 'once');
select test.in_session(test.nina(), :nina) \g /dev/null
select ok((select email_verified from api.me()), 'and the address is verified');
select throws_ok('select api.verification_resend()', 'FD409', null, 'there is nothing left to do');

-- Resetting a password.

select test.as_role('frontdesk_api') \g /dev/null
select lives_ok($$ select api.password_forgot('nobody@test.example') $$,
                'nobody has forgotten a password');
select is(test.mail_count('nobody@test.example'), 0, 'and nobody is written to');
select lives_ok($$ select api.password_forgot(' NINA@test.example') $$, 'somebody has');
select is(test.mail('nina@test.example'), 'reset_password', 'and is');
select test.mail_token('nina@test.example') as first \gset
select api.password_forgot('nina@test.example') \g /dev/null
select test.mail_token('nina@test.example') as token \gset
select throws_ok(format('select * from api.reset_find(%L)', :'first'), 'FD400', null,
                 'a newer link takes the place of the one before');
select results_eq(format('select email, name from api.reset_find(%L)', :'token'),
                  $$ values ('nina@test.example', 'Nina New') $$, 'whose it is is known');
select throws_ok(format('select test.verify(%L)', :'token'), 'FD400', null,
                 'it verifies nothing');
select results_eq(format('select message from api.password_reset(%L, %L)', :'token', :hash),
                  $$ values ('Your password is changed. Please log in.') $$, 'it is taken');
select results_eq($$ select password_hash from api.login_find('nina@test.example') $$,
                  format('values (%L)', :hash), 'and the password another');
select is(test.mail('nina@test.example'), 'password_changed', 'of which one hears');
select is(test.live(test.nina()), 0, 'every session has ended');
select throws_ok(format('select test.in_session(%L, %L)', test.nina(), :nina), 'FD401',
                 'You are not logged in.', 'so that its access token is good for nothing');
select throws_ok(format('select api.password_reset(%L, %L)', :'token', :hash), 'FD400', null,
                 'the link was good once');
select api.password_forgot('nina@test.example') \g /dev/null
select test.mail_token('nina@test.example') as token \gset
select test.nobody() \g /dev/null
update frontdesk.one_time_tokens set expires_at = expires_at - interval '15 min';
select test.as_role('frontdesk_api') \g /dev/null
select throws_ok(format('select api.password_reset(%L, %L)', :'token', :hash), 'FD400',
                 'This link is not valid any more.', 'and is for a quarter of an hour');
select count(api.password_forgot('nina@test.example')) from generate_series(1, 9) \g /dev/null
select cmp_ok(test.mail_count('nina@test.example'), '<=', 10, 'five an hour are the most');
select api.password_forgot('b@test.example') \g /dev/null
select test.mail_token('b@test.example') as token \gset
select test.nobody() \g /dev/null
update frontdesk.users set is_active = false where id = :owner_b;
select test.as_role('frontdesk_api') \g /dev/null
select throws_ok(format('select api.password_reset(%L, %L)', :'token', :hash), 'FD400', null,
                 'who was switched off resets nothing');
select test.nobody() \g /dev/null
update frontdesk.users set is_active = true where id = :owner_b;

-- Failed logins.

select test.as_role('frontdesk_api') \g /dev/null
select lives_ok($$ select count(api.login_failed(' A@Test.example', '198.51.100.9'))
                     from generate_series(1, 5) $$, 'five logins fail');
select throws_ok($$ select api.login_find('a@test.example', '203.0.113.4') $$, 'FD429', null,
                 'then nobody tries from anywhere');
select throws_ok($$ select api.login_failed('a@test.example', '203.0.113.4') $$, 'FD429', null,
                 'nor does one that was on its way count');
select throws_ok($$ select api.session_open('0a000000-0000-4000-8000-000000000000', null,
                    test.digest('late'), 3600, null, '203.0.113.4') $$, 'FD429', null,
                 'nor is it of use that it was right');
select lives_ok($$ select api.login_find('a@test.example', '192.0.2.1') $$,
                'but from where the user has logged in before it goes on');
select lives_ok($$ select api.login_find('b@test.example', '203.0.113.4') $$,
                'as it does for others');
select lives_ok($$ select count(api.login_failed('nobody@test.example', '198.51.100.9'))
                     from generate_series(1, 5) $$, 'for nobody');
select throws_ok($$ select api.login_find('nobody@test.example', '198.51.100.9') $$, 'FD429', null,
                 'it is all the same');
select test.nobody() \g /dev/null
update frontdesk.login_failures set times = (select array_agg(t - interval '61 s' order by t)
                                               from unnest(times) t)
 where cardinality(times) > 0;
select test.as_role('frontdesk_api') \g /dev/null
select lives_ok($$ select api.login_find('a@test.example', '203.0.113.4') $$,
                'a minute later one may try again');

-- Second factors.

\set sealed '''\\x01000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324'''
select test.in_session(:owner_a, :session_a) \g /dev/null
select is((select secret from (select totp_secret as secret from api.me_secret()) s), null,
          'there is none at first');
select lives_ok(format('select api.totp_store(%L)', :sealed), 'a secret is stored');
select lives_ok(format('select api.totp_store(%L)', :sealed), 'and replaced until it counts');
select ok(not (select totp_enabled from api.me()), 'as it does not yet');
select is((select totp_secret from api.login_find('a@test.example')), null, 'for a login neither');
select recovery_codes as codes from api.totp_enable(:step) \gset
select is((select count(distinct c)::int from json_array_elements_text(:'codes') c
            where c ~ '^[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}$'), 10,
          'its first code gives ten recovery codes');
select results_eq('select totp_enabled, recovery_codes_left from api.me()',
                  'values (true, 10)', 'and it counts');
select throws_ok(format('select api.totp_store(%L)', :sealed), 'FD409', null,
                 'it is not replaced any more');
select throws_ok(format('select api.totp_enable(%s)', :step + 1), 'FD409', null,
                 'nor confirmed twice');

select test.as_role('frontdesk_api') \g /dev/null
select isnt((select totp_secret from api.login_find('a@test.example')), null,
            'a login finds the secret');
select throws_ok('select test.open(null, null)', 'FD401', 'A code of your second factor is needed.',
                 'no session opens without a code');
select throws_ok(format('select test.open(%s, null)', :step), 'FD401',
                 'The code is wrong or was used before.', 'nor with the code of before');
select lives_ok(format('select test.open(%s, null)', :step + 2), 'a later code opens one');
select throws_ok(format('select test.open(%s, null)', :step + 2), 'FD401', null, 'once');
select throws_ok(format('select test.open(%s, null)', :step + 1), 'FD401', null,
                 'and none of before it');
select throws_ok($$ select test.open(null, 'aaaaa-aaaaa') $$, 'FD401',
                 'The code is wrong or was used before.', 'a made-up recovery code does not');
select lives_ok(format('select test.open(null, %L)', ' ' || upper((:'codes'::json ->> 0))),
                'one of the ten does, however it is typed');
select throws_ok(format('select test.open(null, %L)', (:'codes'::json ->> 0)), 'FD401', null,
                 'once');

select test.in_session(:owner_a, :session_a) \g /dev/null
select is((select recovery_codes_left from api.me()), 9, 'nine are left');
select throws_ok(format('select api.totp_remove(%s)', :step + 2), 'FD401', null,
                 'a code of before does not remove it');
select isnt((select max(c) from json_array_elements_text((
                select recovery_codes from api.recovery_codes_renew(null))) c),
            (select max(c) from json_array_elements_text(:'codes') c), 'there are new ones');
select is((select recovery_codes_left from api.me()), 10, 'ten again');
select results_eq('select message from api.totp_remove(null)',
                  $$ values ('Second factor deleted successfully') $$, 'the password does');
select throws_ok('select api.totp_remove(null)', 'FD404', null, 'once');
select throws_ok('select api.recovery_codes_renew(null)', 'FD404', null,
                 'then there are no codes either');
select throws_ok('select secret from frontdesk.totp_secrets', '42501', null,
                 'secrets can not be read');

-- One's own account.

select lives_ok(format('select api.session_open(%L, %L, %L, 3600, %L, null)', :owner_a,
                       '5a000000-0000-4000-8000-000000000001', test.digest('other'), 'New/2.0'),
                'another session opens');
select is(test.mail('a@test.example'), 'new_device', 'the first of a new device is told');
select results_eq($$ select user_agent, is_current from api.session_list(50, 0, null, null)
                      where user_agent is not null order by 1 $$,
                  $$ values ('Fixture/1.0', true), ('New/2.0', false) $$, 'sessions are listed');
select results_eq($$ select name, email, pending_email
                       from api.me_update('Anna', 'b@test.example', null) $$,
                  $$ values ('Anna', 'a@test.example', 'b@test.example') $$,
                  'another''s address is taken as any other is');
select isnt(test.mail('b@test.example'), 'verify_email', 'but never verified');
select results_eq($$ select email, pending_email
                       from api.me_update(null, 'Anna@New.example', null) $$,
                  $$ values ('a@test.example', 'anna@new.example') $$,
                  'a new one not before it is verified');
select test.mail_token('anna@new.example') as token \gset
select results_eq(format('select name from api.me_update(null, null, %L)', :hash),
                  $$ values ('Anna') $$, 'a new password is set');
select is(test.live(:owner_a), 1, 'which ends all other sessions');
select throws_ok(format('select test.verify(%L)', :'token'), 'FD400', null,
                 'and what was begun before');
select api.me_update(null, 'Anna@New.example', null) \g /dev/null
select test.mail_token('anna@new.example') as token \gset
select test.verify(:'token') \g /dev/null
select results_eq('select email, email_verified, pending_email from api.me()',
                  $$ values ('anna@new.example', true, null::text) $$, 'a verified address is it');
select throws_ok($$ select api.session_delete('5b000000-0000-4000-8000-000000000000') $$, 'FD404',
                 'There is no such session.', 'what is no session of one''s own is not ended');
select lives_ok('select api.session_close_all()', 'one logs out everywhere');
select throws_ok(format('select test.in_session(%L, %L)', :owner_a, :session_a), 'FD401', null,
                 'and is not logged in any more');

-- Sessions end with what they stand for.

select test.as_role('frontdesk_api') \g /dev/null
select api.session_open(:owner_b, '5b000000-0000-4000-8000-000000000001', test.digest('b'), 3600)
  \g /dev/null
select throws_ok($$ select test.in_session('0a000000-0000-4000-8000-000000000000',
                                           '5b000000-0000-4000-8000-000000000001') $$, 'FD401',
                 null,
                 'another''s session is nobody''s');
select test.nobody() \g /dev/null
update frontdesk.users set is_active = false where id = :owner_b;
update frontdesk.users set is_active = true where id = :owner_b;
select throws_ok($$ select test.in_session('0b000000-0000-4000-8000-000000000000',
                                           '5b000000-0000-4000-8000-000000000001') $$, 'FD401',
                 null,
                 'who was switched off logs in anew');

-- What is over goes.

select test.nobody() \g /dev/null
update frontdesk.sessions set expires_at = now() - interval '8 days';
update frontdesk.one_time_tokens set expires_at = now() - interval '8 days';
select test.as_role('frontdesk_worker') \g /dev/null
select is(worker.job_sessions_expire('{}'), 'done', 'what is long over is removed');
select test.nobody() \g /dev/null
select is((select count(*)::int from frontdesk.sessions)
          + (select count(*)::int from frontdesk.one_time_tokens), 0, 'and is gone');

select * from finish();
rollback;
