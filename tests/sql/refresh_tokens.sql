-- SPDX-License-Identifier: BSD-2-Clause
-- Sessions: rotation, reuse, lost replies.

begin;
\ir lib/fixture.sql
select plan(25);

create function test.token(p_number text) returns text language sql as
$$ select encode(sha256(p_number::bytea), 'hex') $$;

create function test.age(p_token text, p_by interval) returns void language sql
security definer as $$
    update frontdesk.refresh_tokens set rotated_at = rotated_at - p_by
     where token_hash = test.token(p_token) $$;

create function test.rotate(p_old text, p_new text) returns setof text language sql as
$$ select email from api.session_rotate(test.token(p_old), test.token(p_new), 3600) $$;

select test.as_role('frontdesk_api') \g /dev/null
select lives_ok($$ select api.session_open('0a000000-0000-4000-8000-000000000000', null,
                                           test.token('1'), 3600) $$, 'a session opens');
select results_eq($$ select test.rotate('1', '2') $$, $$ values ('a@test.example') $$,
                  'its token is exchanged for the next');
select results_eq($$ select test.rotate('2', '3') $$, $$ values ('a@test.example') $$,
                  'and that one too');
select throws_ok($$ select test.rotate('unknown', '9') $$, 'FD401', 'You are not logged in.',
                 'an unknown token is refused');

-- A lost reply: the one before the newest, at once.
select results_eq($$ select test.rotate('2', '3b') $$, $$ values ('a@test.example') $$,
                  'the one before the newest may be exchanged again at once');
select results_eq($$ select test.rotate('3b', '4') $$, $$ values ('a@test.example') $$,
                  'what it gives is good');
select results_eq($$ select test.rotate('4', '5') $$, $$ values ('a@test.example') $$,
                  'and so is what follows');

-- Reuse.
select is_empty($$ select test.rotate('1', '9') $$, 'an old one is answered with nothing');
select throws_ok($$ select test.rotate('5', '6') $$, 'FD401', null,
                 'and has revoked the newest of its family');
select throws_ok($$ select test.rotate('3', '6') $$, 'FD401', null, 'and every other');

select test.nobody() \g /dev/null
set constraints all immediate;
set constraints all deferred;
select is((select count(*)::int from frontdesk.audit_log l
            where l.action = 'reuse' and l.result = 'refused'
              and l.actor_user_id = '0a000000-0000-4000-8000-000000000000'), 1,
          'which the audit log tells');
select test.as_role('frontdesk_api') \g /dev/null

-- The predecessor, but too late.
select api.session_open(:owner_a, null, test.token('a1'), 3600) \g /dev/null
select test.rotate('a1', 'a2') \g /dev/null
select test.age('a1', '11 s') \g /dev/null
select is_empty($$ select test.rotate('a1', 'a3') $$, 'the predecessor after ten seconds is reuse');
select throws_ok($$ select test.rotate('a2', 'a3') $$, 'FD401', null, 'its family is revoked');

-- Two families do not touch each other.
select api.session_open(:owner_a, null, test.token('b1'), 3600) \g /dev/null
select results_eq($$ select test.rotate('b1', 'b2') $$, $$ values ('a@test.example') $$,
                  'another login of the same user goes on');

-- A sibling made by a repeated exchange is used up with the one that was taken.
select results_eq($$ select test.rotate('b1', 'b2x') $$, $$ values ('a@test.example') $$,
                  'two answers to one token');
select results_eq($$ select test.rotate('b2', 'b3') $$, $$ values ('a@test.example') $$,
                  'the first is taken');
select test.age('b2x', '11 s') \g /dev/null
select is_empty($$ select test.rotate('b2x', 'b4') $$, 'the second is reuse from then on');

-- No page asks so often.
select api.session_open(:owner_a, null, test.token('f1'), 3600) \g /dev/null
select lives_ok($$ select test.rotate('f' || n, 'f' || n + 1) from generate_series(1, 29) n $$,
                'a session goes on for long');
select throws_ok($$ select test.rotate('f30', 'f31') $$, 'FD429', null,
                 'but not thirty times a minute');

-- Logout, expiry, a user switched off.
select api.session_open(:owner_b, null, test.token('c1'), 3600) \g /dev/null
select lives_ok($$ select api.session_close(test.token('c1')) $$, 'a session closes');
select throws_ok($$ select test.rotate('c1', 'c2') $$, 'FD401', null, 'and stays closed');
select lives_ok($$ select api.session_close(test.token('never')) $$, 'closing what is not is fine');

select api.session_open(:owner_b, null, test.token('d1'), 0) \g /dev/null
select throws_ok($$ select test.rotate('d1', 'd2') $$, 'FD401', null, 'an expired one is refused');

select api.session_open(:owner_b, null, test.token('e1'), 3600) \g /dev/null
select test.nobody() \g /dev/null
update frontdesk.users set is_active = false where id = :owner_b;
select test.as_role('frontdesk_api') \g /dev/null
select throws_ok($$ select test.rotate('e1', 'e2') $$, 'FD401', null,
                 'a user who was switched off is refused');
select throws_ok('select * from frontdesk.refresh_tokens', '42501', null,
                 'tokens can not be read');

select * from finish();
rollback;
