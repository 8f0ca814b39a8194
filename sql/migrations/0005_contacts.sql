-- SPDX-License-Identifier: BSD-2-Clause
-- People known to a client by their phone number.

create table frontdesk.contacts (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null references frontdesk.clients on delete cascade,
    phone_number  text not null check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    name          text not null default '' check (length(name) <= 200),
    notes         text not null default '' check (length(notes) <= 10000),
    tags          text[] not null default '{}',
    is_blocked    boolean not null default false,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    unique (client_id, phone_number),  -- api.voice_start: who calls
    unique (client_id, id)  -- what other tables refer to, so that no row points across clients
);
comment on table frontdesk.contacts is 'People known by phone number to a client';
comment on column frontdesk.contacts.is_blocked is 'their calls are refused';
