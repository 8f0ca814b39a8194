-- SPDX-License-Identifier: BSD-2-Clause
-- Work that is done later, by whichever worker comes first, at least once.

create table frontdesk.jobs (
    id             uuid primary key default gen_random_uuid(),
    queue          text not null check (queue ~ '^[a-z][a-z0-9_]{0,39}$'),
    payload        jsonb not null default '{}'
                   check (jsonb_typeof(payload) = 'object'
                          and octet_length(payload::text) <= 65536),
    for_client_id  uuid references frontdesk.clients on delete set null,
    unique_key     text check (length(unique_key) between 1 and 200),
    state          text not null default 'queued'
                   check (state in ('queued', 'running', 'done', 'dead')),
    attempts       int not null default 0 check (attempts >= 0),
    max_attempts   int not null default 15 check (max_attempts between 1 and 100),
    run_at         timestamptz not null default now(),
    lease          int not null default 0,
    lease_until    timestamptz,
    leased_by      text check (length(leased_by) <= 128),
    last_error     text check (length(last_error) <= 500),
    created_at     timestamptz not null default now(),
    finished_at    timestamptz,
    check ((state = 'running') = (lease_until is not null)),
    check ((state in ('done', 'dead')) = (finished_at is not null)),
    unique (queue, unique_key)  -- private.job_add: the same thing is added once
);
comment on table frontdesk.jobs is
    'Work for later: queued, then running under a lease, then done, or dead when nobody could';
comment on column frontdesk.jobs.payload is
    'what the kind of job needs to know; nothing is left of it once the job is done';
comment on column frontdesk.jobs.for_client_id is
    'the client it is about; null: the platform. The row is the platform''s either way, and admins '
    'alone see it';
comment on column frontdesk.jobs.lease is
    'counts the times it was taken, for ever: who names an older one has lost the job';
comment on column frontdesk.jobs.attempts is 'since it was added, or tried again by hand';
comment on column frontdesk.jobs.lease_until is
    'then its worker is given up, and another takes it';

create index jobs_due on frontdesk.jobs (coalesce(lease_until, run_at))
    where state in ('queued', 'running');
comment on index frontdesk.jobs_due is
    'worker.job_take: what is due, or was given up, longest first';
create index jobs_newest on frontdesk.jobs (created_at desc, id desc);
comment on index frontdesk.jobs_newest is 'api.job_list';
create index jobs_finished on frontdesk.jobs (finished_at) where finished_at is not null;
comment on index frontdesk.jobs_finished is 'worker.job_jobs_expire';
create index jobs_for_client on frontdesk.jobs (for_client_id) where for_client_id is not null;
comment on index frontdesk.jobs_for_client is 'removing a client';
