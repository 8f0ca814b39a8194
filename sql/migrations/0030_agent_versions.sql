-- SPDX-License-Identifier: BSD-2-Clause
-- Every state an agent was in, and drafts of what it may become.  A call keeps the version it
-- began with, so an agent can be changed while people talk to it.

create table frontdesk.agent_versions (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null,
    agent_id      uuid not null,
    version       int not null check (version >= 1),
    snapshot      jsonb not null check (jsonb_typeof(snapshot) = 'object'),
    note          text not null default '' check (length(note) <= 500),
    author_id     uuid references frontdesk.users on delete set null,
    published_at  timestamptz,
    created_at    timestamptz not null default now(),
    unique (client_id, agent_id, version),  -- a version of an agent; the newest one
    foreign key (client_id, agent_id) references frontdesk.agents (client_id, id)
        on delete cascade
);
comment on table frontdesk.agent_versions is
    'What an agent was, is (the version that agents.version names) or may become: a draft has no '
    'published_at';
comment on column frontdesk.agent_versions.snapshot is
    'the columns of frontdesk.agents that private.agent_fields() names';

create index agent_versions_author on frontdesk.agent_versions (author_id);
comment on index frontdesk.agent_versions_author is 'removing a user';

-- Agents that are there already begin with the version they are at.
reset role;
insert into frontdesk.agent_versions (client_id, agent_id, version, snapshot, published_at)
select a.client_id, a.id, a.version,
       to_jsonb(a) - array['id', 'client_id', 'is_default', 'is_active', 'version', 'created_at',
                           'updated_at'],
       a.updated_at
  from frontdesk.agents a;
set local role frontdesk_owner;

alter table frontdesk.calls add column agent_version int;
comment on column frontdesk.calls.agent_version is
    'of the agent when the call came in; a worker that takes the call over goes on with it';

-- A client that its owner deleted, and one that an admin switched off.
alter table frontdesk.clients add column deleted_at timestamptz;
comment on column frontdesk.clients.deleted_at is
    'nobody sees it from then on; a job erases what the ledger does not need';
alter table frontdesk.clients add column is_suspended boolean not null default false;
comment on column frontdesk.clients.is_suspended is
    'an admin made it inactive, so its owner can not make it active';

-- These have more columns or parameters now.
drop function if exists api.client_list(int, int);
drop function if exists api.client_get(uuid);
