-- SPDX-License-Identifier: BSD-2-Clause
-- Calls, what happened in them and what was said.  Partitioned by month of the call's start;
-- private.partitions_ensure() makes the months, and the default partitions take what has none.

create table frontdesk.call_keys (
    call_id     uuid primary key default gen_random_uuid(),
    client_id   uuid not null references frontdesk.clients on delete cascade,
    call_sid    text check (call_sid ~ '^CA[0-9a-fA-F]{32}$'),
    created_at  timestamptz not null default now(),
    unique (call_sid),  -- one call for a CallSid, however often its webhook is delivered
    unique (client_id, call_id)
);
comment on table frontdesk.call_keys is
    'Every call once, unpartitioned: makes CallSid unique, says in which month a call is, and is '
    'what rows about a call refer to';

create table frontdesk.calls (
    id                uuid not null,
    client_id         uuid not null,
    created_at        timestamptz not null,
    agent_id          uuid,
    contact_id        uuid,
    phone_number_id   uuid,
    call_sid          text,
    account_sid       text,
    stream_sid        text,
    request_id        text,
    direction         text not null default 'inbound'
                      check (direction in ('inbound', 'outbound', 'browser')),
    call_type         text not null default 'ai' check (call_type in ('ai', 'human')),
    route             text not null,
    status            text not null default 'ringing'
                      check (status in ('ringing', 'in_progress', 'completed', 'failed',
                                        'no_answer', 'busy', 'canceled')),
    ended_reason      text,
    caller_phone      text not null default '' check (length(caller_phone) <= 64),
    caller_name       text check (length(caller_name) <= 200),
    called_phone      text not null default '' check (length(called_phone) <= 64),
    answered_at       timestamptz,
    ended_at          timestamptz,
    duration          int check (duration >= 0),
    summary           text,
    turn_count        int not null default 0,
    live_state        text,
    node              text,
    owner_epoch       int not null default 0,
    stream_nonce      text check (stream_nonce ~ '^[0-9a-f]{32}$'),
    stream_nonce_until timestamptz,
    carrier_status    text,
    carrier_sequence  int,
    reserved_seconds  int not null default 0 check (reserved_seconds >= 0),
    settled_seconds   int check (settled_seconds >= 0),
    settled_at        timestamptz,
    primary key (client_id, id, created_at),
    foreign key (client_id, id) references frontdesk.call_keys (client_id, call_id)
        on delete cascade,
    foreign key (client_id, agent_id) references frontdesk.agents (client_id, id)
        on delete set null (agent_id),
    foreign key (client_id, contact_id) references frontdesk.contacts (client_id, id)
        on delete set null (contact_id),
    foreign key (client_id, phone_number_id) references frontdesk.phone_numbers (client_id, id)
        on delete set null (phone_number_id),
    check ((settled_at is null) = (settled_seconds is null))
) partition by range (created_at);
comment on table frontdesk.calls is 'Phone calls and browser sessions';
comment on column frontdesk.calls.route is
    'what api.voice_start answered; the same when asked again';
comment on column frontdesk.calls.owner_epoch is
    'counts the workers that took the call; a worker with another number changes nothing';
comment on column frontdesk.calls.stream_nonce is
    'opens a stream once, until stream_nonce_until; null when used';
comment on column frontdesk.calls.caller_phone is
    'E.164, or what the carrier said of a caller without number; never a key in that case';
comment on column frontdesk.calls.live_state is 'of the dialogue, for the list of active calls';

create index calls_client on frontdesk.calls (client_id, created_at desc, id desc);
comment on index frontdesk.calls_client is 'api.conversation_list, newest first';
create index calls_active on frontdesk.calls (client_id, created_at)
    where status in ('ringing', 'in_progress');
comment on index frontdesk.calls_active is 'api.active_call_list';
create index calls_contact on frontdesk.calls (client_id, contact_id);
comment on index frontdesk.calls_contact is 'calls of a contact; removing a contact';
create index calls_agent on frontdesk.calls (client_id, agent_id);
comment on index frontdesk.calls_agent is 'removing an agent';
create index calls_phone_number on frontdesk.calls (client_id, phone_number_id);
comment on index frontdesk.calls_phone_number is 'removing a number';

create sequence frontdesk.call_events_id;

create table frontdesk.call_events (
    id               bigint not null default nextval('frontdesk.call_events_id'),
    client_id        uuid not null,
    call_id          uuid not null,
    call_created_at  timestamptz not null,
    kind             text not null check (kind ~ '^[a-z][a-z0-9_.]{0,63}$'),
    data             jsonb not null default '{}',
    created_at       timestamptz not null default clock_timestamp(),
    primary key (client_id, call_id, id, call_created_at),  -- events of a call, in order
    foreign key (client_id, call_id) references frontdesk.call_keys (client_id, call_id)
        on delete cascade
) partition by range (call_created_at);
alter sequence frontdesk.call_events_id owned by frontdesk.call_events.id;
comment on table frontdesk.call_events is
    'What happened in a call beside speech: webhooks, tools, takeovers; no speech, no numbers';

create table frontdesk.turns (
    client_id        uuid not null,
    call_id          uuid not null,
    seq              int not null check (seq >= 0),
    call_created_at  timestamptz not null,
    role             text not null check (role in ('user', 'assistant', 'tool', 'human', 'system')),
    content          text not null,
    interrupted      boolean not null default false,
    t_ms             int not null check (t_ms >= 0),
    timings          jsonb,
    state            jsonb,
    owner_epoch      int not null,
    created_at       timestamptz not null,
    primary key (client_id, call_id, seq, call_created_at),  -- turns of a call, in order
    foreign key (client_id, call_id) references frontdesk.call_keys (client_id, call_id)
        on delete cascade
) partition by range (call_created_at);
comment on table frontdesk.turns is 'One utterance of one role within a call, with its timings';
comment on column frontdesk.turns.call_created_at is
    'of the call, so that (call, seq) is unique across months';
comment on column frontdesk.turns.t_ms is 'milliseconds since the call was answered';
comment on column frontdesk.turns.state is 'of the dialogue after this turn, to go on from';

create table frontdesk.calls_default partition of frontdesk.calls default;
create table frontdesk.call_events_default partition of frontdesk.call_events default;
create table frontdesk.turns_default partition of frontdesk.turns default;
