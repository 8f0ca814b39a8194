-- SPDX-License-Identifier: BSD-2-Clause
-- Sign-in with Google: ways there and back, whose account it is; and keys of guests.

begin;
\ir lib/fixture.sql
select plan(34);

create function test.digest(p_text text) returns text language sql as
$$ select encode(sha256(p_text::bytea), 'hex') $$;
create function test.begin(p_state text) returns void language sql as $$
    select api.google_begin(test.digest(p_state), repeat('v', 43), repeat('n', 43)) $$;
create function test.take(p_state text) returns setof text language sql as
$$ select verifier || nonce from api.google_take(test.digest(p_state)) $$;
create function test.known(p_state text, p_subject text, p_email text, p_verified boolean,
                           p_domain text default '', p_name text default 'Ann')
returns setof text language sql as $$
    select email from api.google_login(test.digest(p_state), p_subject, p_email, p_verified,
                                       p_name, p_domain) $$;
create function test.back(p_state text, p_subject text, p_email text, p_verified boolean,
                          p_domain text default '', p_name text default 'Ann')
returns setof text language plpgsql as $$
begin
    perform test.begin(p_state);
    perform test.take(p_state);
    return query select * from test.known(p_state, p_subject, p_email, p_verified, p_domain, p_name);
end $$;
create function test.open(p_state text, p_step bigint default null) returns void language sql as $$
    select api.google_open(test.digest(p_state), gen_random_uuid(), test.digest(random()::text),
                           3600, 'Test/1.0', '192.0.2.7', p_step) $$;
create function test.sessions(p_email text) returns int language sql security definer as $$
    select count(*)::int from frontdesk.sessions s join frontdesk.users u on u.id = s.user_id
     where u.email = p_email $$;
create function test.user(p_email text) returns frontdesk.users language sql security definer as
$$ select u from frontdesk.users u where u.email = p_email $$;
create function test.late(p_state text) returns void language sql security definer as $$
    update frontdesk.oauth_state_tokens t set expires_at = now()
     where t.state_hash = test.digest(p_state) $$;
create function test.user_add(p_email text, p_verified boolean, p_active boolean) returns void
language sql security definer as $$
    insert into frontdesk.users (email, name, email_verified_at, is_active)
    values (p_email, 'There', case when p_verified then now() end, p_active) $$;

-- A way there and back.
select test.as_role('frontdesk_api');
select lives_ok($$ select test.begin('s1') $$, 'somebody goes to Google');
select throws_ok($$ select test.begin('s1') $$, '23505', null, 'with a state that nobody had');
select throws_ok($$ select from frontdesk.user_identities $$, '42501', null,
                 'nobody sees whose it is');
select throws_ok($$ select from frontdesk.oauth_state_tokens $$, '42501', null,
                 'nor who is on the way');
select results_eq($$ select test.take('s1') $$, array[repeat('v', 43) || repeat('n', 43)],
                  'who comes back is known');
select throws_ok($$ select test.take('s1') $$, 'FD400', null, 'once');
select throws_ok($$ select test.take('s2') $$, 'FD400', null, 'and nobody else');
select test.begin('s3');
select test.late('s3');
select throws_ok($$ select test.take('s3') $$, 'FD400', null, 'in time');
select test.begin('s4');
select throws_ok($$ select test.known('s4', '1', 'a@gmail.com', true) $$, 'FD400', null,
                 'no user is noted with a way that was not taken');
select throws_ok($$ select test.open('s1') $$, 'FD400', null, 'no session without a user');

-- A new user.
select results_eq($$ select test.back('n1', '101', 'New@Gmail.com', true) $$,
                  array['new@gmail.com'], 'an address that nobody has is a new user');
select is((test.user('new@gmail.com')).password_hash, null, 'without a password');
select isnt((test.user('new@gmail.com')).email_verified_at, null, 'Google has verified it');
select lives_ok($$ select test.open('n1') $$, 'a session is opened');
select is(test.sessions('new@gmail.com'), 1, 'one');
select throws_ok($$ select test.open('n1') $$, 'FD400', null, 'and no other on the same way');
select results_eq($$ select test.back('n2', '101', 'elsewhere@gmail.com', false) $$,
                  array['new@gmail.com'], 'the account says who it is, whatever its address is');
select is(test.user('elsewhere@gmail.com'), null, 'which is no user');
select throws_ok($$ select test.back('n3', '102', 'unproven@gmail.com', false) $$, 'FD403', null,
                 'an address that is not verified is nobody''s');
select results_eq($$ select test.back('n4', '103', 'eve@shop.example', true) $$,
                  array['eve@shop.example'], 'Google does not give these addresses away');
select is((test.user('eve@shop.example')).email_verified_at, null, 'so it is to be verified here');
select results_eq($$ select test.back('n5', '104', 'zoe@shop.example', true, 'SHOP.example', '') $$,
                  array['zoe@shop.example'], 'for Workspace it does');
select is((test.user('zoe@shop.example')).name, 'zoe', 'a name that is not told is the address''s');
select isnt((test.user('zoe@shop.example')).email_verified_at, null, 'that one is verified');

-- One that is there.
select test.user_add('there@gmail.com', true, true);
select test.user_add('squat@gmail.com', false, true);
select test.user_add('there@shop.example', true, true);
select test.user_add('off@gmail.com', true, false);
select results_eq($$ select test.back('t1', '201', 'there@gmail.com', true) $$,
                  array['there@gmail.com'], 'it is joined when both sides have verified it');
select throws_ok($$ select test.back('t2', '202', 'there@gmail.com', true) $$, 'FD409', null,
                 'by one account there');
select throws_ok($$ select test.back('t3', '203', 'squat@gmail.com', true) $$, 'FD409', null,
                 'not when nobody has answered its mail');
select throws_ok($$ select test.back('t4', '204', 'there@shop.example', true, 'other.example') $$,
                 'FD409', null, 'nor when it is not Google''s to give away');
select throws_ok($$ select test.back('t5', '205', 'off@gmail.com', true) $$, 'FD401', null,
                 'and not when it is switched off');

-- Keys of guests.
select is_empty($$ select from api.once_look('192.0.2.7', 'k', '/r?', repeat('a', 64)) $$,
                'a key that is new was not used');
select api.once_claim('192.0.2.7', 'k', '/r?', repeat('a', 64), 200, 'Done.');
select results_eq($$ select status, body from api.once_look('192.0.2.7', 'k', '/r?',
                                                            repeat('a', 64)) $$,
                  $$ values (200, 'Done.') $$, 'what was answered is answered again');
select throws_ok($$ select api.once_look('192.0.2.7', 'k', '/r?', repeat('b', 64)) $$, 'FD422',
                 null, 'to the same question alone');
select is_empty($$ select from api.once_look('192.0.2.8', 'k', '/r?', repeat('b', 64)) $$,
                'another address has keys of its own');
select throws_ok($$ select from frontdesk.idempotency_guests $$, '42501', null,
                 'nobody reads them');

select * from finish();
rollback;
