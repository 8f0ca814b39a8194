-- SPDX-License-Identifier: BSD-2-Clause
-- Who changed what, when and from where; and what was refused.

create table frontdesk.audit_log (
    id             uuid not null primary key,
    client_id      uuid not null,
    position       bigint not null check (position > 0),
    at             timestamptz not null,
    actor_user_id  uuid,
    actor_key_id   uuid,
    action         text not null check (length(action) between 1 and 200),
    object_type    text not null check (length(object_type) <= 64),
    object_id      text check (length(object_id) <= 200),
    changes        jsonb,
    result         text not null check (result in ('ok', 'refused')),
    status         int check (status between 100 and 599),
    address        text check (length(address) <= 64),
    request_id     text check (length(request_id) <= 128),
    prev_hash      text not null check (prev_hash ~ '^([0-9a-f]{64})?$'),
    hash           text not null check (hash ~ '^[0-9a-f]{64}$'),
    unique (client_id, position)  -- private.audit_verify: a chain in its order
);
comment on table frontdesk.audit_log is
    'Append-only, for ever: it refers to nothing, so that removing a client or user leaves it.  '
    'The rows of a client are a chain: each hash covers the row and the hash before it';
comment on column frontdesk.audit_log.client_id is 'all zeros: the platform''s own chain';
comment on column frontdesk.audit_log.changes is
    '{column: [before, after]} without secrets and without what callers told';
comment on column frontdesk.audit_log.status is 'the HTTP status of a refusal';

create index audit_log_client on frontdesk.audit_log (client_id, at desc, id desc);
comment on index frontdesk.audit_log_client is 'api.audit_log_list of a client, newest first';
create index audit_log_at on frontdesk.audit_log (at desc, id desc);
comment on index frontdesk.audit_log_at is 'api.audit_log_list of an admin';
create index audit_log_actor on frontdesk.audit_log (actor_user_id, at desc, id desc);
comment on index frontdesk.audit_log_actor is 'api.audit_log_list by actor';

create table frontdesk.audit_chains (
    chain      uuid primary key,
    last_id    uuid not null,
    last_hash  text not null,
    count      bigint not null check (count > 0)
);
comment on table frontdesk.audit_chains is
    'The end of each chain of audit_log, so that rows removed from the end are missed as well';

-- Nothing in it outlives its transaction: after a crash there is nothing to recover.
create unlogged table frontdesk.audit_pending (
    id     bigint generated always as identity primary key,
    chain  uuid not null,
    entry  jsonb not null
);
comment on table frontdesk.audit_pending is
    'What a transaction will add to audit_log when it commits: only then is the chain locked, so '
    'that two transactions can not wait for each other''s rows and chains crosswise';

create table frontdesk.audit_refusals (
    user_id  uuid not null references frontdesk.users on delete cascade,
    chain    uuid not null,
    route    text not null check (length(route) <= 200),
    status   int not null,
    since    timestamptz not null,
    repeats  int not null default 0,
    primary key (user_id, chain, route, status)  -- api.audit_refusal
);
comment on table frontdesk.audit_refusals is
    'Since when a refusal is being repeated, and how often since the audit log was told of it';
