-- SPDX-License-Identifier: BSD-2-Clause
-- Keys of providers: set, told by their end, forgotten, and never read.

begin;
\ir lib/fixture.sql
select plan(18);

create function test.set(p_client uuid, p_kind text, p_provider text) returns text
language sql as $$
    select o.key from api.provider_set(p_client, p_kind, json_build_object(
        'provider', p_provider, 'sealed', repeat('ab', 50), 'last_four', '1234')) o $$;

select test.as_user(:owner_a) \g /dev/null
select is(test.set(:client_a, 'tts', 'cartesia'), '****1234', 'a key is told by its end');
select is(test.set(:client_a, 'tts', 'elevenlabs'), '****1234', 'another takes its place');
select results_eq(format('select kind, provider, key from api.provider_list(%L)', :client_a),
                  $$ values ('llm', 'openai', '****'), ('tts', 'elevenlabs', '****1234') $$,
                  'one of a kind');
select throws_ok(format($$ select test.set(%L, 'fax', 'x') $$, :client_a), 'FD404', null,
                 'of a kind there is');
select throws_ok(format($$ select test.set(%L, 'llm', 'Open AI') $$, :client_a), 'FD422', null,
                 'of a provider''s name');
select throws_ok(format($$ select test.set(%L, 'llm', 'x') $$, :client_b), 'FD404', null,
                 'another''s client is not there');
select throws_ok('select ciphertext from frontdesk.provider_credentials', '42501', null,
                 'nobody reads one');
select is((select message from api.provider_delete(:client_a, 'tts')),
          'Provider key deleted successfully', 'it is forgotten');
select throws_ok(format($$ select api.provider_delete(%L, 'tts') $$, :client_a), 'FD404', null,
                 'once');

select test.nobody() \g /dev/null
insert into frontdesk.client_members (client_id, user_id, role)
values (:client_a, :owner_b, 'manager');
select test.as_user(:owner_b) \g /dev/null
select throws_ok(format($$ select test.set(%L, 'llm', 'x') $$, :client_a), 'FD403', null,
                 'a manager sets none');
select is((select key from api.provider_get(:client_a, 'llm')), '****', 'and sees that it is');
select test.nobody() \g /dev/null
set constraints all immediate;
select is_empty($$ select from frontdesk.audit_log a where a::text like '%abababab%' $$,
                'none is in the audit log');

-- The key ring turns: id 1 of the ciphertext is bytes 2 to 5.
select test.nobody() \g /dev/null
update frontdesk.provider_credentials
   set ciphertext = decode('0100000001' || repeat('ab', 40), 'hex')
 where client_id = :client_a and kind = 'llm' returning id as key_a \gset
select test.as_role('frontdesk_worker') \g /dev/null
select is((select sealed from worker.credentials_old(2) where id = :'key_a'),
          '0100000001' || repeat('ab', 40), 'what another key sealed is old');
select is_empty(format('select from worker.credentials_old(1) where id = %L', :'key_a'),
                'what this key sealed is not');
select ok(not worker.credential_reseal(:'key_a', repeat('cd', 45), '01' || repeat('02', 44)),
          'a key that was changed meanwhile stays as it is');
select ok(worker.credential_reseal(:'key_a', '0100000001' || repeat('ab', 40),
                                   '0100000002' || repeat('cd', 40)), 'else it is sealed anew');
select is_empty(format('select from worker.credentials_old(2) where id = %L', :'key_a'),
                'and is old no more');
select test.as_user(:owner_a) \g /dev/null
select throws_ok('select * from worker.credentials_old(2)', '42501', null,
                 'nobody else turns it');
select test.nobody() \g /dev/null

select * from finish();
rollback;
