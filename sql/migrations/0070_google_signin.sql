-- SPDX-License-Identifier: BSD-2-Clause
-- Sign-in with Google: whose accounts there are users', and what a way there has to remember.

create table frontdesk.user_identities (
    id            uuid primary key default gen_random_uuid(),
    user_id       uuid not null references frontdesk.users on delete cascade,
    provider      text not null check (provider in ('google')),
    subject       text not null check (length(subject) between 1 and 255),
    email         text not null check (length(email) <= 254),
    created_at    timestamptz not null default now(),
    last_used_at  timestamptz not null default now(),
    unique (provider, subject),  -- api.google_login
    unique (user_id, provider)  -- one each
);
comment on table frontdesk.user_identities is 'Accounts elsewhere that users sign in with';
comment on column frontdesk.user_identities.subject is
    'the account''s id there, for ever; addresses go from hand to hand';
comment on column frontdesk.user_identities.email is 'as it was there when they were joined';

alter table frontdesk.oauth_state_tokens
    add column nonce text check (length(nonce) between 22 and 128),
    add column proven_user_id uuid references frontdesk.users on delete cascade;
comment on column frontdesk.oauth_state_tokens.nonce is 'what the id_token must say';
comment on column frontdesk.oauth_state_tokens.proven_user_id is
    'who came back, until a session is opened: a second factor may still be asked for';
create index oauth_state_tokens_proven on frontdesk.oauth_state_tokens (proven_user_id)
    where proven_user_id is not null;
comment on index frontdesk.oauth_state_tokens_proven is 'removing a user';
create index oauth_state_tokens_expires on frontdesk.oauth_state_tokens (expires_at);
comment on index frontdesk.oauth_state_tokens_expires is 'worker.job_sessions_expire';
