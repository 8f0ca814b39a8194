-- SPDX-License-Identifier: BSD-2-Clause
-- How long a client keeps what, and the proof of what was erased.

create table frontdesk.retention (
    client_id         uuid primary key references frontdesk.clients on delete cascade,
    transcript_days   int not null default 365 check (transcript_days between 0 and 3650),
    call_days         int not null default 1095 check (call_days between 0 and 3650),
    recording_days    int not null default 90 check (recording_days between 0 and 3650),
    transcripts_until timestamptz,
    updated_at        timestamptz not null default now()
);
comment on table frontdesk.retention is
    'Days that texts, calls and recordings of a client are kept; without a row, the defaults';
comment on column frontdesk.retention.transcript_days is '0: erased as soon as a call is over';
comment on column frontdesk.retention.transcripts_until is
    'texts of calls that began before this are erased: private.retention_run goes on from here';

create table frontdesk.erasures (
    id            uuid primary key default gen_random_uuid(),
    client_id     uuid not null,
    kind          text not null check (kind in ('contact', 'client', 'retention')),
    status        text not null default 'waiting' check (status in ('waiting', 'done')),
    contact_id    uuid,
    subject_hash  text check (subject_hash ~ '^[0-9a-f]{64}$'),
    requested_by  uuid,
    rows_erased   jsonb not null default '{}',
    created_at    timestamptz not null default now(),
    finished_at   timestamptz,
    check ((status = 'done') = (finished_at is not null))
);
comment on table frontdesk.erasures is
    'Proof of what was erased: whose, for whom, when, how many rows.  Refers to nothing, so that '
    'it outlives what it is about';
comment on column frontdesk.erasures.subject_hash is
    'SHA-256 of client and number: tells whether a number is meant, not which one it was';
comment on column frontdesk.erasures.contact_id is 'while waiting: the contact to be erased';

create index erasures_client on frontdesk.erasures (client_id, created_at desc, id desc);
comment on index frontdesk.erasures_client is 'api.erasure_list, newest first';

create table frontdesk.user_erasures (
    id            uuid primary key default gen_random_uuid(),
    user_id       uuid not null,
    requested_by  uuid,
    rows_erased   jsonb not null default '{}',
    created_at    timestamptz not null default now()
);
comment on table frontdesk.user_erasures is 'Proof of what was erased of people who logged in';

create index user_erasures_user on frontdesk.user_erasures (user_id);
comment on index frontdesk.user_erasures_user is 'what became of a user';

-- Months that were taken out of the partitioned tables: nobody has rights on them.
reset role;
create schema if not exists archive authorization frontdesk_owner;
comment on schema archive is 'months that were detached: to be dumped and dropped';

-- Who erases: owner of the functions that do, confined to the client they name.
alter default privileges for role frontdesk_eraser revoke execute on functions from public;
set local role frontdesk_owner;
grant usage on schema frontdesk to frontdesk_eraser;
grant usage, create on schema private to frontdesk_eraser;
