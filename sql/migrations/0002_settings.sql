-- SPDX-License-Identifier: BSD-2-Clause
-- The platform's own settings and its machines.  No client's data is here.

create table frontdesk.settings (
    key         text primary key check (key ~ '^[a-z][a-z0-9_]{0,63}$'),
    value       text not null,
    updated_at  timestamptz not null default now()
);
comment on table frontdesk.settings is
    'Platform settings; twilio_account_sid is the account whose webhooks are accepted';

create table frontdesk.nodes (
    name          text primary key check (length(name) between 1 and 128),
    started_at    timestamptz not null default now(),
    heartbeat_at  timestamptz not null default now(),
    is_draining   boolean not null default false,
    load          jsonb not null default '{}'
);
comment on table frontdesk.nodes is 'Machines: one nginx, one segment, one worker pool each';
