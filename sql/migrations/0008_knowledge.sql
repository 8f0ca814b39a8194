-- SPDX-License-Identifier: BSD-2-Clause
-- What a client's receptionist knows.

create table frontdesk.knowledge_entries (
    id          uuid not null default gen_random_uuid() primary key,
    client_id   uuid not null references frontdesk.clients on delete cascade,
    category    text not null default '' check (length(category) <= 100),
    question    text not null check (length(btrim(question)) between 1 and 1000),
    answer      text not null check (length(btrim(answer)) between 1 and 10000),
    keywords    text[] not null default '{}',
    priority    int not null default 0 check (priority between -100 and 100),
    is_active   boolean not null default true,
    search      tsvector not null,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    unique (client_id, id)
);
comment on table frontdesk.knowledge_entries is 'Questions and answers of a client';
comment on column frontdesk.knowledge_entries.search is 'set by the trigger knowledge_index';

create index knowledge_entries_client on frontdesk.knowledge_entries
    (client_id, priority desc, created_at, id);
comment on index frontdesk.knowledge_entries_client is
    'private.knowledge_search: a client has few enough entries to rank them all; the list in order';
