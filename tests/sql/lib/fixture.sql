-- SPDX-License-Identifier: BSD-2-Clause
-- What the tests of this folder start from, inside the transaction that each rolls back: an admin
-- and two owners, one client each with a row in every table, open every day 09:00-17:00 in New
-- York, and ways to become one of them.

\set ON_ERROR_STOP on
\set QUIET on
set client_min_messages = warning;

\set admin_id    '''ad000000-0000-4000-8000-000000000000'''
\set owner_a     '''0a000000-0000-4000-8000-000000000000'''
\set owner_b     '''0b000000-0000-4000-8000-000000000000'''
\set client_a    '''ca000000-0000-4000-8000-000000000000'''
\set client_b    '''cb000000-0000-4000-8000-000000000000'''
\set agent_a     '''aa000000-0000-4000-8000-000000000000'''
\set agent_b     '''ab000000-0000-4000-8000-000000000000'''
\set account     '''AC00000000000000000000000000000001'''

create schema test;
grant usage on schema test to public;

-- Postgres's own state again: a superuser serving nobody.
create function test.nobody() returns void language plpgsql as $$
begin
    perform set_config('role', 'none', true);
    perform set_config('frontdesk.user_id', '', true);
    perform set_config('frontdesk.user_role', '', true);
    perform set_config('frontdesk.client_id', '', true);
    perform set_config('frontdesk.session_id', '', true);
    perform set_config('frontdesk.key_id', '', true);
    perform set_config('frontdesk.key_client_id', '', true);
    perform set_config('frontdesk.key_read_only', '', true);
end
$$;

create function test.as_user(p_user uuid) returns void language plpgsql as $$
begin
    perform test.nobody();
    perform set_config('role', 'frontdesk_api', true);
    perform api.act_as(p_user);
end
$$;

-- The role alone, as a webhook or a worker comes in.
create function test.as_role(p_role text) returns void language plpgsql as $$
begin
    perform test.nobody();
    perform set_config('role', p_role, true);
end
$$;

-- A CallSid out of a small number.
create function test.sid(p_number int) returns text language sql as
$$ select 'CAfeed' || lpad(p_number::text, 28, '0') $$;

-- A call that has come in, whose stream is open and which a worker has claimed: its id.
create function test.call_begin(p_number int, p_from text, p_to text) returns uuid
language plpgsql as $$
declare
    v_answer frontdesk.voice_answer;
begin
    perform test.as_role('frontdesk_api');
    v_answer := api.voice_start(test.sid(p_number), 'AC00000000000000000000000000000001', p_from,
                                p_to, 'node-1', 60, 'request-' || p_number);
    perform api.stream_open(v_answer.call_id, v_answer.token_nonce, test.sid(p_number),
                            'AC00000000000000000000000000000001', 'MZ' || p_number, 'node-1');
    perform test.as_role('frontdesk_worker');
    perform worker.call_claim(v_answer.call_id, 'node-1');
    perform test.nobody();
    return v_answer.call_id;
end
$$;

-- A tool's result, as the worker gets it.
create function test.tool(p_call uuid, p_name text, p_args text) returns jsonb
language plpgsql as $$
declare
    v_result jsonb;
begin
    perform test.as_role('frontdesk_worker');
    v_result := worker.tool(p_call, 1, p_name, p_args::json);
    perform test.nobody();
    return v_result;
end
$$;

-- A date some days from now, and a time of it as tools write it, in the clients' zone.
create function test.day(p_days int) returns date language sql as
$$ select timezone('America/New_York', now())::date + p_days $$;

create function test.at(p_days int, p_time text) returns text language sql as
$$ select test.day(p_days) || 'T' || p_time $$;

insert into frontdesk.settings (key, value)
values ('twilio_account_sid', 'AC00000000000000000000000000000001')
on conflict (key) do update set value = excluded.value;

insert into frontdesk.users (id, email, name, role, password_hash) values
    (:admin_id, 'admin@test.example', 'Admin', 'admin', '$argon2id$v=19$m=16384,t=2,p=1$c2E$aA'),
    (:owner_a, 'a@test.example', 'Owner A', 'owner', '$argon2id$v=19$m=16384,t=2,p=1$c2E$aB'),
    (:owner_b, 'b@test.example', 'Owner B', 'owner', '$argon2id$v=19$m=16384,t=2,p=1$c2E$aC');

insert into frontdesk.clients (id, owner_user_id, name, timezone, owner_phone, lead_minutes,
                               max_days_ahead) values
    (:client_a, :owner_a, 'Alpha', 'America/New_York', '+15550290001', 60, 60),
    (:client_b, :owner_b, 'Beta', 'America/New_York', '+15550290002', 60, 60);

insert into frontdesk.agents (id, client_id, is_default, initial_greeting) values
    (:agent_a, :client_a, true, 'Hello, this is Alpha.'),
    (:agent_b, :client_b, true, 'Hello, this is Beta.');

insert into frontdesk.phone_numbers (client_id, phone_number) values
    (:client_a, '+15550200001'), (:client_b, '+15550200002');

insert into frontdesk.business_hours (client_id, weekday, opens, closes)
select c, d, time '09:00', time '17:00'
  from unnest(array[:client_a, :client_b]::uuid[]) c, generate_series(1, 7) d;

insert into frontdesk.holiday_hours (client_id, day, name) values
    (:client_a, date '2001-01-01', 'long ago'), (:client_b, date '2001-01-01', 'long ago');

insert into frontdesk.services (client_id, name, minutes) values
    (:client_a, 'cleaning', 30), (:client_a, 'whitening', 60), (:client_b, 'table', 60);

insert into frontdesk.knowledge_entries (client_id, question, answer, keywords) values
    (:client_a, 'Where can I park?', 'Behind the building.', '{parking,car}'),
    (:client_b, 'Where can I park?', 'Across the street.', '{parking,car}');

insert into frontdesk.ledger (client_id, kind, seconds, reference) values
    (:client_a, 'grant', 3600, 'first'), (:client_b, 'grant', 3600, 'first');

-- The team of client A beside its owner, somebody who was invited to each, and what the audit log
-- has of each.
\set manager_a   '''0a000000-0000-4000-8000-000000000001'''
\set viewer_a    '''0a000000-0000-4000-8000-000000000002'''

insert into frontdesk.users (id, email, name, role, password_hash) values
    (:manager_a, 'manager@test.example', 'Manager A', 'owner',
     '$argon2id$v=19$m=16384,t=2,p=1$c2E$aD'),
    (:viewer_a, 'viewer@test.example', 'Viewer A', 'owner',
     '$argon2id$v=19$m=16384,t=2,p=1$c2E$aE');

insert into frontdesk.client_members (client_id, user_id, role) values
    (:client_a, :manager_a, 'manager'), (:client_a, :viewer_a, 'viewer');

insert into frontdesk.client_invitations (client_id, email, role, token_hash) values
    (:client_a, 'new@test.example', 'viewer', repeat('a', 64)),
    (:client_b, 'new@test.example', 'viewer', repeat('b', 64));

select private.audit_add(c, 'create', 'clients', c::text)
  from unnest(array[:client_a, :client_b]::uuid[]) c \g /dev/null
set constraints all immediate;
set constraints all deferred;

insert into frontdesk.departments (id, client_id, name, phone_number) values
    ('da000000-0000-4000-8000-000000000000', :client_a, 'Sales', '+15550210001'),
    ('db000000-0000-4000-8000-000000000000', :client_b, 'Sales', '+15550210002');

insert into frontdesk.transfer_targets (client_id, department_id, name, phone_number) values
    (:client_a, 'da000000-0000-4000-8000-000000000000', 'Amy', '+15550220001'),
    (:client_b, 'db000000-0000-4000-8000-000000000000', 'Bob', '+15550220002');

-- Whose addresses are verified; a session and an API key of owner A.
\set session_a   '''5a000000-0000-4000-8000-000000000000'''

update frontdesk.users set email_verified_at = created_at
 where id in (:admin_id, :owner_a, :owner_b, :manager_a, :viewer_a);

insert into frontdesk.sessions (id, user_id, expires_at, user_agent, address) values
    (:session_a, :owner_a, now() + interval '30 days', 'Fixture/1.0', '192.0.2.1');
insert into frontdesk.refresh_tokens (user_id, family, token_hash, expires_at) values
    (:owner_a, :session_a, repeat('5a', 32), now() + interval '14 days');
insert into frontdesk.api_keys (user_id, name, prefix, key_hash) values
    (:owner_a, 'fixture', 'fdk_fixture0', repeat('ea', 32));

-- What is kept of calls and people, and what is to be sold and called.
insert into frontdesk.call_stats (client_id, day) values
    (:client_a, '2001-01-01'), (:client_b, '2001-01-01');
insert into frontdesk.latency_stats (client_id, day, bucket, answers) values
    (:client_a, '2001-01-01', 100, 1), (:client_b, '2001-01-01', 100, 1);
insert into frontdesk.retention (client_id) values (:client_a), (:client_b);
insert into frontdesk.erasures (client_id, kind, status, finished_at) values
    (:client_a, 'retention', 'done', '2001-01-01'), (:client_b, 'retention', 'done', '2001-01-01');
insert into frontdesk.calendar_credentials (client_id, credential_type, ciphertext) values
    (:client_a, 'oauth', convert_to(repeat('a', 40), 'UTF8')),
    (:client_b, 'oauth', convert_to(repeat('b', 40), 'UTF8'));
insert into frontdesk.provider_credentials (client_id, kind, provider, ciphertext) values
    (:client_a, 'llm', 'openai', convert_to(repeat('a', 40), 'UTF8')),
    (:client_b, 'llm', 'openai', convert_to(repeat('b', 40), 'UTF8'));
insert into frontdesk.campaigns (id, client_id, agent_id, name) values
    ('ea000000-0000-4000-8000-000000000000', :client_a, :agent_a, 'Reminders'),
    ('eb000000-0000-4000-8000-000000000000', :client_b, :agent_b, 'Reminders');
insert into frontdesk.campaign_contacts (client_id, campaign_id, phone_number) values
    (:client_a, 'ea000000-0000-4000-8000-000000000000', '+15550400001'),
    (:client_b, 'eb000000-0000-4000-8000-000000000000', '+15550400001');
insert into frontdesk.payments (client_id, reference, amount_cents, seconds, status, paid_at) values
    (:client_a, 'payment-a', 1000, 600, 'paid', '2001-01-01'),
    (:client_b, 'payment-b', 1000, 600, 'paid', '2001-01-01');
