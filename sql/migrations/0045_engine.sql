-- SPDX-License-Identifier: BSD-2-Clause
-- What a POST with an Idempotency-Key did, so that it is done once however often it is sent.

-- It takes the request's id and address now, which have defaults: the old one would be ambiguous.
drop function if exists api.act_as(uuid);

create table frontdesk.idempotency_keys (
    user_id     uuid not null references frontdesk.users on delete cascade,
    key         text not null check (length(key) between 1 and 255),
    route       text not null check (length(route) <= 20000),
    body_hash   text not null check (body_hash ~ '^[0-9a-f]{64}$'),
    status      int not null check (status between 200 and 299),
    location    text,
    tag         text,
    body        text,
    created_at  timestamptz not null default now(),
    primary key (user_id, key)
);
comment on table frontdesk.idempotency_keys is
    'Answers of POSTs that named a key: what comes again within 24 hours gets the same one';
comment on column frontdesk.idempotency_keys.route is 'path and query it was sent to';
comment on column frontdesk.idempotency_keys.body_hash is 'SHA-256 of what was sent';
comment on column frontdesk.idempotency_keys.body is
    'byte for byte what was answered; null: a secret was, which is not kept';

create index idempotency_keys_age on frontdesk.idempotency_keys (created_at);
comment on index frontdesk.idempotency_keys_age is 'private.idempotency_expire';
