-- SPDX-License-Identifier: BSD-2-Clause
-- Idempotency-Keys of who is not logged in: registering, links out of mails.

create table frontdesk.idempotency_guests (
    scope       text not null check (length(scope) between 1 and 64),
    key         text not null check (length(key) between 1 and 255),
    route       text not null check (length(route) <= 20000),
    body_hash   text not null check (body_hash ~ '^[0-9a-f]{64}$'),
    status      int not null check (status between 200 and 299),
    body        text,
    created_at  timestamptz not null default now(),
    primary key (scope, key)  -- api.once_look, api.once_claim
);
comment on table frontdesk.idempotency_guests is
    'What a POST with a key was answered, for a day: of who has no user yet';
comment on column frontdesk.idempotency_guests.scope is 'the address it came from';
comment on column frontdesk.idempotency_guests.body_hash is
    'a keyed one: bodies have passwords in them';
comment on column frontdesk.idempotency_guests.body is 'null: the answer is shown once';
create index idempotency_guests_created on frontdesk.idempotency_guests (created_at);
comment on index frontdesk.idempotency_guests_created is 'private.idempotency_expire';
