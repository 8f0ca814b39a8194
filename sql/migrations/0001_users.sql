-- SPDX-License-Identifier: BSD-2-Clause
-- People who log in, and their refresh tokens.

create table frontdesk.users (
    id             uuid primary key default gen_random_uuid(),
    email          text not null check (email = lower(email) and email ~ '^[^@\s]+@[^@\s]+$'
                                        and length(email) <= 254),
    name           text not null default '' check (length(name) <= 200),
    role           text not null default 'owner' check (role in ('admin', 'owner')),
    password_hash  text check (password_hash ~ '^\$argon2id\$'),
    is_active      boolean not null default true,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    unique (email)  -- api.login_find
);
comment on table frontdesk.users is 'Who logs in: owners of clients, and admins of the platform';
comment on column frontdesk.users.password_hash is
    'PHC string of argon2id, made outside of Postgres; null: no password login';

create table frontdesk.refresh_tokens (
    id          uuid primary key default gen_random_uuid(),
    user_id     uuid not null references frontdesk.users on delete cascade,
    family      uuid not null,
    parent_id   uuid references frontdesk.refresh_tokens on delete cascade,
    token_hash  text not null check (length(token_hash) between 32 and 128),
    expires_at  timestamptz not null,
    created_at  timestamptz not null default now(),
    rotated_at  timestamptz,
    revoked_at  timestamptz,
    unique (token_hash)  -- api.session_rotate, api.session_close
);
comment on table frontdesk.refresh_tokens is
    'One row a refresh token ever given; those of one login share a family';
comment on column frontdesk.refresh_tokens.parent_id is 'the token this one was rotated from';

create index refresh_tokens_family on frontdesk.refresh_tokens (family);
comment on index frontdesk.refresh_tokens_family is 'api.session_rotate: revoke a whole family';
create index refresh_tokens_parent on frontdesk.refresh_tokens (parent_id);
comment on index frontdesk.refresh_tokens_parent is
    'api.session_rotate: was a successor of this token used already';
create index refresh_tokens_user on frontdesk.refresh_tokens (user_id);
comment on index frontdesk.refresh_tokens_user is 'removing a user; all sessions of a user';
