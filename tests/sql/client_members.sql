-- SPDX-License-Identifier: BSD-2-Clause
-- The team of a client: who is in it, who comes in by mail, who goes.

begin;
\ir lib/fixture.sql
select plan(47);

select results_eq($$ select user_id, role from frontdesk.client_members
                      where client_id = 'cb000000-0000-4000-8000-000000000000' $$,
                  $$ values ('0b000000-0000-4000-8000-000000000000'::uuid, 'owner') $$,
                  'whose client it is is one of its owners');

-- Who sees what.
select test.as_user(:viewer_a) \g /dev/null
select results_eq('select id from frontdesk.clients', array[:client_a]::uuid[],
              'a viewer sees its client');
select results_eq($$ select email, name, role
                   from api.member_list('ca000000-0000-4000-8000-000000000000', null, null, null,
                                        null, null) order by email $$,
              $$ values ('a@test.example', 'Owner A', 'owner'),
                        ('manager@test.example', 'Manager A', 'manager'),
                        ('viewer@test.example', 'Viewer A', 'viewer') $$, 'and who works for it');
select throws_ok($$ select api.member_list('cb000000-0000-4000-8000-000000000000', null, null,
                                           null, null, null) $$,
                 'FD404', null, 'but not who works for another');
select is((select private.client_seen(:client_a)), :client_a, 'client_seen lets a viewer');
select throws_ok($$ select private.client_write('ca000000-0000-4000-8000-000000000000') $$,
                 'FD403', null, 'client_write does not');
select throws_ok($$ select private.client_write('cb000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'and has never heard of another''s client');
select throws_ok($$ select private.client_own('ca000000-0000-4000-8000-000000000000') $$,
                 'FD403', null, 'nor does client_own');
select throws_ok('select private.admin_only()', 'FD403', null, 'nor admin_only');
select throws_ok($$ select api.member_update('ca000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-000000000002', '{"role": "owner"}') $$,
    'FD403', null, 'a viewer does not rise by itself');
select throws_ok($$ select api.member_delete('ca000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-000000000001') $$, 'FD403', null, 'nor sends others away');

select test.as_user(:manager_a) \g /dev/null
select is((select private.client_write(:client_a)), :client_a, 'a manager writes');
select throws_ok($$ select private.client_own('ca000000-0000-4000-8000-000000000000') $$,
                 'FD403', null, 'but does not own');
select throws_ok($$ select api.invitation_create('ca000000-0000-4000-8000-000000000000',
    '{"email": "x@test.example", "role": "viewer"}') $$, 'FD403', null, 'a manager invites nobody');

select test.as_user(:admin_id) \g /dev/null
select is((select private.client_own(:client_a)), :client_a, 'an admin may do what an owner may');

-- A role is another from the next statement on.
select test.as_user(:owner_a) \g /dev/null
select is((select role from api.member_update(:client_a, :viewer_a, '{"role": "manager"}')),
          'manager', 'an owner gives another role');
select test.as_user(:viewer_a) \g /dev/null
select is((select private.client_write(:client_a)), :client_a, 'which holds at once');

-- The last owner stays.
select test.as_user(:owner_a) \g /dev/null
select throws_ok($$ select api.member_delete('ca000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-000000000000') $$, 'FD409', null, 'the last owner does not leave');
select throws_ok($$ select api.member_update('ca000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-000000000000', '{"role": "viewer"}') $$,
    'FD409', null, 'nor become less');
select is((select role from api.member_update(:client_a, :manager_a, '{"role": "owner"}')), 'owner',
          'there can be two owners');
select is((select message from api.member_delete(:client_a, :owner_a)),
          'Member deleted successfully', 'then the first may leave');
select throws_ok($$ select private.client_seen('ca000000-0000-4000-8000-000000000000') $$,
                 'FD404', null, 'and sees the client no more');
select test.nobody() \g /dev/null
select is((select owner_user_id from frontdesk.clients where id = :client_a), :manager_a,
          'the client names the one who is left');
select test.as_user(:manager_a) \g /dev/null
select throws_ok($$ select api.member_delete('ca000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-00000000dead') $$, 'FD404', null, 'a stranger can not be removed');
select test.as_user(:viewer_a) \g /dev/null
select is((select message from api.member_delete(:client_a, :viewer_a)),
          'Member deleted successfully', 'everybody may leave');

-- An API key is its user, and at most that.
select test.as_user(:admin_id) \g /dev/null
select set_config('frontdesk.key_client_id', :client_b, true) \g /dev/null
select results_eq('select id from frontdesk.clients', array[:client_b]::uuid[],
              'a key for one client sees that one, even an admin''s');
select throws_ok('select private.admin_only()', 'FD403', null, 'and is no admin''s any more');
select test.nobody() \g /dev/null
select set_config('frontdesk.key_client_id', '', true) \g /dev/null
select test.as_user(:manager_a) \g /dev/null
select set_config('frontdesk.key_read_only', 'on', true) \g /dev/null
select is((select private.client_seen(:client_a)), :client_a, 'a key that only reads sees');
select throws_ok($$ select private.client_write('ca000000-0000-4000-8000-000000000000') $$,
                 'FD403', null, 'and writes nothing');
select throws_ok($$ select api.member_delete('ca000000-0000-4000-8000-000000000000',
    '0a000000-0000-4000-8000-000000000001') $$, 'FD403', null, 'nor leaves');
select set_config('frontdesk.key_read_only', '', true) \g /dev/null

-- Invitations.
select test.as_user(:manager_a) \g /dev/null
select id as invitation from api.invitation_create(:client_a,
    '{"email": "B@test.example", "role": "viewer"}') \gset
select results_eq($$ select email, role, status, invited_by
                       from api.invitation_list('ca000000-0000-4000-8000-000000000000', 'open',
                                                null, null, null, null)
                      where email <> 'new@test.example' $$,
    $$ values ('b@test.example', 'viewer', 'open', '0a000000-0000-4000-8000-000000000001'::uuid) $$,
    'who was invited is listed');
select throws_ok($$ select api.invitation_create('ca000000-0000-4000-8000-000000000000',
    '{"email": "manager@test.example", "role": "viewer"}') $$, 'FD409', null,
    'a member is not invited');
select throws_ok($$ select api.invitation_create('ca000000-0000-4000-8000-000000000000',
    '{"email": "b@test.example", "role": "viewer"}') $$, 'FD429', null,
    'nobody is written to twice in a moment');
select throws_ok('select token_hash from frontdesk.client_invitations', '42501', null,
                 'what is left of a token is nobody''s business');

select test.nobody() \g /dev/null
select j.payload #>> '{data,token}' as token from frontdesk.jobs j
 where j.queue = 'mail' and j.payload ->> 'to' = 'b@test.example' \gset
select is((select token_hash from frontdesk.client_invitations where id = :'invitation'),
          encode(sha256(:'token'::bytea), 'hex'), 'the mail has the token, the table its hash');
select is((select payload ->> 'template' from frontdesk.jobs
            where payload ->> 'to' = 'b@test.example'), 'invitation', 'and is an invitation');

select set_config('test.body', json_build_object('token', :'token')::text, true) \g /dev/null
select test.as_user(:viewer_a) \g /dev/null
select throws_ok($$ select api.invitation_accept(current_setting('test.body')::json) $$, 'FD403',
                 null, 'it is for one address');
select throws_ok($$ select api.invitation_accept('{"token": "guess"}') $$, 'FD404', null,
                 'it can not be guessed');
select test.as_user(:owner_b) \g /dev/null
select results_eq($$ select client_id, role from
                     api.invitation_accept(current_setting('test.body')::json) $$,
    $$ values ('ca000000-0000-4000-8000-000000000000'::uuid, 'viewer') $$,
    'who it is for becomes a member');
select results_eq('select id from frontdesk.clients order by id', array[:client_a, :client_b]::uuid[],
              'and sees both clients');
select throws_ok($$ select api.invitation_accept(current_setting('test.body')::json) $$, 'FD404',
                 null, 'once');

select test.nobody() \g /dev/null
update frontdesk.client_invitations
   set email = 'viewer@test.example', expires_at = now(), token_hash = encode(sha256('late'), 'hex')
 where email = 'new@test.example' and client_id = :client_a;
select test.as_user(:viewer_a) \g /dev/null
select throws_ok($$ select api.invitation_accept('{"token": "late"}') $$, 'FD404', null,
                 'not after a week');
select test.as_user(:owner_b) \g /dev/null
select throws_ok(format('select api.invitation_delete(%L, %L)', :client_a, :'invitation'), 'FD403',
                 null, 'a viewer takes none back');
select test.as_user(:manager_a) \g /dev/null
select is((select email from api.invitation_get(null, :'invitation')), 'b@test.example',
          'an owner finds one without saying whose');
select is((select message from api.invitation_delete(null, :'invitation')),
          'Invitation deleted successfully', 'an owner does');
select throws_ok(format('select api.invitation_get(%L, %L)', :client_a, :'invitation'), 'FD404',
                 null, 'and then it is gone');

-- A client goes with its team.
select test.nobody() \g /dev/null
insert into frontdesk.clients (id, owner_user_id, name)
values ('cc000000-0000-4000-8000-000000000000', :owner_b, 'Gamma');
delete from frontdesk.clients where id = 'cc000000-0000-4000-8000-000000000000';
select is_empty($$ select from frontdesk.client_members
                    where client_id = 'cc000000-0000-4000-8000-000000000000' $$,
                'a removed client keeps nobody, the last owner neither');

select * from finish();
rollback;
