-- SPDX-License-Identifier: BSD-2-Clause
-- Accounts: sessions, one-time links, second factors, API keys, and how often logins have failed.

alter table frontdesk.users
    add column email_verified_at timestamptz,
    add column password_changed_at timestamptz;
comment on column frontdesk.users.email_verified_at is
    'when mail to this address was answered; null: it may be anybody''s';

create table frontdesk.sessions (
    id            uuid primary key default gen_random_uuid(),  -- api.act_in_session
    user_id       uuid not null references frontdesk.users on delete cascade,
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz not null default now(),
    expires_at    timestamptz not null,
    revoked_at    timestamptz,
    user_agent    text check (length(user_agent) <= 200),
    address       text check (length(address) <= 64)
);
comment on table frontdesk.sessions is
    'One row a login: the family of its refresh tokens, and the sid of its access tokens';
comment on column frontdesk.sessions.expires_at is 'however much it is used';
comment on column frontdesk.sessions.address is 'where it was used last';

create index sessions_user on frontdesk.sessions (user_id, last_used_at desc);
comment on index frontdesk.sessions_user is
    'api.session_list, api.login_find: is this address one of the user''s; private.sessions_end';
create index sessions_expires on frontdesk.sessions (expires_at);
comment on index frontdesk.sessions_expires is 'worker.job_sessions_expire';

create table frontdesk.one_time_tokens (
    id          uuid primary key default gen_random_uuid(),
    user_id     uuid not null references frontdesk.users on delete cascade,
    kind        text not null check (kind in ('verify', 'reset', 'email_change')),
    email       text not null check (length(email) <= 254),
    token_hash  text not null check (token_hash ~ '^[0-9a-f]{64}$'),
    created_at  timestamptz not null default now(),
    expires_at  timestamptz not null,
    used_at     timestamptz,
    unique (token_hash)  -- private.token_take
);
comment on table frontdesk.one_time_tokens is 'Links sent by mail: good once, and for a while';
comment on column frontdesk.one_time_tokens.email is
    'the address it was sent to: which one is verified by it, or becomes the user''s';

create index one_time_tokens_user on frontdesk.one_time_tokens (user_id, kind, created_at);
comment on index frontdesk.one_time_tokens_user is 'private.token_add: how many there were lately';
create index one_time_tokens_expires on frontdesk.one_time_tokens (expires_at);
comment on index frontdesk.one_time_tokens_expires is 'worker.job_sessions_expire';

create table frontdesk.totp_secrets (
    user_id     uuid primary key references frontdesk.users on delete cascade,
    secret      bytea not null check (octet_length(secret) between 33 and 256),
    last_step   bigint not null default 0,
    created_at  timestamptz not null default now(),
    enabled_at  timestamptz
);
comment on table frontdesk.totp_secrets is 'Second factors (RFC 6238)';
comment on column frontdesk.totp_secrets.secret is 'sealed outside of Postgres; see docs/module.md';
comment on column frontdesk.totp_secrets.last_step is
    'the time step of the last code that was taken: no code is taken twice';
comment on column frontdesk.totp_secrets.enabled_at is 'null: shown, but no code was given yet';

create table frontdesk.recovery_codes (
    user_id     uuid not null references frontdesk.users on delete cascade,
    code_hash   text not null check (code_hash ~ '^[0-9a-f]{64}$'),
    created_at  timestamptz not null default now(),
    used_at     timestamptz,
    primary key (user_id, code_hash)  -- private.recovery_code_take
);
comment on table frontdesk.recovery_codes is
    'What logs in once when the second factor is lost; all are replaced together';

-- The client is no client_id: whose key it is decides who sees it, not the client's other members.
create table frontdesk.api_keys (
    id              uuid primary key default gen_random_uuid(),
    user_id         uuid not null references frontdesk.users on delete cascade,
    only_client_id  uuid references frontdesk.clients on delete cascade,
    name            text not null check (length(name) between 1 and 100
                                         and name !~ '[[:cntrl:]]'),
    prefix          text not null check (length(prefix) = 12),
    key_hash        text not null check (key_hash ~ '^[0-9a-f]{64}$'),
    read_only       boolean not null default false,
    created_at      timestamptz not null default now(),
    expires_at      timestamptz,
    last_used_at    timestamptz,
    revoked_at      timestamptz,
    unique (key_hash)  -- api.act_as_key
);
comment on table frontdesk.api_keys is 'Keys that programs use instead of a login';
comment on column frontdesk.api_keys.only_client_id is
    'the one client it is good for; null: all of its user''s';
comment on column frontdesk.api_keys.prefix is 'how it begins, which is shown to tell keys apart';
comment on column frontdesk.api_keys.last_used_at is 'to the minute';

create index api_keys_user on frontdesk.api_keys (user_id, created_at desc, id desc);
comment on index frontdesk.api_keys_user is 'api.api_key_list';
create index api_keys_client on frontdesk.api_keys (only_client_id)
    where only_client_id is not null;
comment on index frontdesk.api_keys_client is 'removing a client';

create table frontdesk.login_failures (
    bucket   text primary key,  -- private.login_wait, api.login_failed
    times    timestamptz[] not null,
    last_at  timestamptz not null
);
comment on table frontdesk.login_failures is
    'When logins have failed lately, for all nodes: five a minute are the most';
comment on column frontdesk.login_failures.bucket is
    'hash of an address, known or not, and of the place when the user has logged in from there: '
    'strangers can not lock it out';
comment on column frontdesk.login_failures.times is 'of the last five, oldest first';

create index login_failures_last on frontdesk.login_failures (last_at);
comment on index frontdesk.login_failures_last is 'worker.job_sessions_expire';

-- Sessions and users that were there before.
reset role;

insert into frontdesk.sessions (id, user_id, created_at, last_used_at, expires_at, revoked_at)
select t.family, min(t.user_id::text)::uuid, min(t.created_at), max(t.created_at),
       greatest(max(t.expires_at), min(t.created_at) + interval '30 days'),
       case when bool_and(t.revoked_at is not null) then max(t.revoked_at) end
  from frontdesk.refresh_tokens t
 group by t.family;

update frontdesk.users set email_verified_at = created_at;

set local role frontdesk_owner;

-- A session is revoked as a whole, and its row says so.
alter table frontdesk.refresh_tokens
    add foreign key (family) references frontdesk.sessions on delete cascade,
    drop column revoked_at;

-- By time as well: api.session_rotate() counts those of a minute.
drop index frontdesk.refresh_tokens_family;
create index refresh_tokens_family on frontdesk.refresh_tokens (family, created_at);
comment on index frontdesk.refresh_tokens_family is
    'api.session_rotate: how many there were lately; removing a session';

drop function if exists api.act_as(uuid);
drop function if exists api.login_find(text);
drop function if exists api.me();
drop function if exists api.session_open(uuid, uuid, text, int);
drop function if exists api.session_rotate(text, text, int);
