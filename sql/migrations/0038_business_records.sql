-- SPDX-License-Identifier: BSD-2-Clause
-- Recordings, credentials, campaigns, prices and payments.

create table frontdesk.recordings (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null references frontdesk.clients on delete cascade,
    call_id       uuid not null,
    party         text not null default 'both' check (party in ('both', 'caller', 'assistant',
                                                                'human')),
    store         text not null default 'file' check (store in ('file', 's3', 'carrier')),
    location      text not null check (length(location) between 1 and 1000),
    content_type  text not null default 'audio/wav' check (length(content_type) <= 100),
    bytes         bigint check (bytes >= 0),
    duration_ms   int check (duration_ms >= 0),
    sha256        text check (sha256 ~ '^[0-9a-f]{64}$'),
    status        text not null default 'writing'
                  check (status in ('writing', 'ready', 'failed', 'removed')),
    consent_at    timestamptz,
    created_at    timestamptz not null default now(),
    removed_at    timestamptz,
    unique (client_id, id),
    foreign key (client_id, call_id) references frontdesk.call_keys (client_id, call_id)
        on delete cascade,
    check ((status = 'removed') = (removed_at is not null))
);
comment on table frontdesk.recordings is 'Audio of calls: where it is and what it is';
comment on column frontdesk.recordings.location is
    'below the recordings'' place, or the key in the bucket; never an address with a signature';
comment on column frontdesk.recordings.consent_at is 'when the caller had been told and stayed';
create index recordings_call on frontdesk.recordings (client_id, call_id);
comment on index frontdesk.recordings_call is 'api.call_log_get; removing a call';
create index recordings_due on frontdesk.recordings (client_id, created_at)
    where status <> 'removed';
comment on index frontdesk.recordings_due is 'private.retention_run: the oldest of a client';

create table frontdesk.calendar_credentials (
    id               uuid not null default gen_random_uuid() primary key,
    client_id        uuid not null references frontdesk.clients on delete cascade,
    credential_type  text not null check (credential_type in ('oauth', 'service_account')),
    account_email    text check (length(account_email) <= 254),
    scopes           text[] not null default '{}',
    ciphertext       bytea not null check (octet_length(ciphertext) between 29 and 65536),
    created_at       timestamptz not null default now(),
    updated_at       timestamptz not null default now(),
    last_used_at     timestamptz,
    unique (client_id, id),
    unique (client_id)  -- one calendar a client
);
comment on table frontdesk.calendar_credentials is 'What opens a client''s Google calendar';
comment on column frontdesk.calendar_credentials.ciphertext is
    'AES-256-GCM: version, key id, nonce, text, tag; the workers alone have the key';

create table frontdesk.oauth_state_tokens (
    id                  uuid primary key default gen_random_uuid(),
    state_hash          text not null check (state_hash ~ '^[0-9a-f]{64}$'),
    purpose             text not null check (purpose in ('calendar', 'login')),
    user_id             uuid references frontdesk.users on delete cascade,
    calendar_client_id  uuid references frontdesk.clients on delete cascade,
    verifier            text check (length(verifier) between 43 and 128),
    expires_at          timestamptz not null default now() + interval '10 minutes',
    used_at             timestamptz,
    created_at          timestamptz not null default now(),
    unique (state_hash),  -- the way back from Google
    check ((purpose = 'calendar') = (calendar_client_id is not null)),
    check (purpose = 'login' or user_id is not null)
);
comment on table frontdesk.oauth_state_tokens is
    'Ways to Google that were begun: each comes back once, within ten minutes';
comment on column frontdesk.oauth_state_tokens.verifier is 'of PKCE';
create index oauth_state_tokens_user on frontdesk.oauth_state_tokens (user_id);
comment on index frontdesk.oauth_state_tokens_user is 'removing a user';
create index oauth_state_tokens_client on frontdesk.oauth_state_tokens (calendar_client_id);
comment on index frontdesk.oauth_state_tokens_client is 'removing a client';

create table frontdesk.campaigns (
    id                uuid not null default gen_random_uuid() primary key,
    client_id         uuid not null references frontdesk.clients on delete cascade,
    agent_id          uuid,
    name              text not null check (length(btrim(name)) between 1 and 200),
    status            text not null default 'draft'
                      check (status in ('draft', 'running', 'paused', 'stopped', 'done')),
    from_number       text check (from_number ~ '^\+[1-9][0-9]{6,14}$'),
    weekdays          int[] not null default '{1,2,3,4,5}'
                      check (weekdays <@ '{1,2,3,4,5,6,7}' and cardinality(weekdays) >= 1),
    starts            time not null default '09:00',
    ends              time not null default '17:00' check (ends > starts),
    concurrency       int not null default 1 check (concurrency between 1 and 100),
    max_attempts      int not null default 3 check (max_attempts between 1 and 10),
    retry_minutes     int not null default 60 check (retry_minutes between 1 and 10080),
    started_at        timestamptz,
    finished_at       timestamptz,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    unique (client_id, id),
    foreign key (client_id, agent_id) references frontdesk.agents (client_id, id)
        on delete set null (agent_id)
);
comment on table frontdesk.campaigns is 'Lists of people an agent calls, and when it may';
comment on column frontdesk.campaigns.starts is 'of the window in the client''s time zone';
create index campaigns_client on frontdesk.campaigns (client_id, created_at desc, id desc);
comment on index frontdesk.campaigns_client is 'campaigns of a client, newest first';
create index campaigns_agent on frontdesk.campaigns (client_id, agent_id);
comment on index frontdesk.campaigns_agent is 'removing an agent';

create table frontdesk.campaign_contacts (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null,
    campaign_id   uuid not null,
    contact_id    uuid,
    phone_number  text not null check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    name          text not null default '' check (length(name) <= 200),
    status        text not null default 'waiting'
                  check (status in ('waiting', 'calling', 'answered', 'no_answer', 'busy',
                                    'voicemail', 'failed', 'opted_out', 'done')),
    attempts      int not null default 0 check (attempts >= 0),
    outcome       text check (length(outcome) <= 200),
    last_call_id  uuid,
    next_at       timestamptz not null default now(),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    unique (client_id, id),
    unique (client_id, campaign_id, phone_number),  -- nobody twice
    foreign key (client_id, campaign_id) references frontdesk.campaigns (client_id, id)
        on delete cascade,
    foreign key (client_id, contact_id) references frontdesk.contacts (client_id, id)
        on delete set null (contact_id),
    foreign key (client_id, last_call_id) references frontdesk.call_keys (client_id, call_id)
        on delete set null (last_call_id)
);
comment on table frontdesk.campaign_contacts is 'Whom a campaign calls, and what came of it';
create index campaign_contacts_next on frontdesk.campaign_contacts (next_at)
    where status in ('waiting', 'no_answer', 'busy');
comment on index frontdesk.campaign_contacts_next is 'who is to be called next';
create index campaign_contacts_contact on frontdesk.campaign_contacts (client_id, contact_id);
comment on index frontdesk.campaign_contacts_contact is 'removing a contact';
create index campaign_contacts_call on frontdesk.campaign_contacts (client_id, last_call_id);
comment on index frontdesk.campaign_contacts_call is 'removing a call';

alter table frontdesk.calls
    add foreign key (client_id, campaign_id) references frontdesk.campaigns (client_id, id)
        on delete set null (campaign_id);
create index calls_campaign on frontdesk.calls (client_id, campaign_id, created_at desc, id desc)
    where campaign_id is not null;
comment on index frontdesk.calls_campaign is 'calls of a campaign; removing a campaign';

create table frontdesk.model_prices (
    id            uuid primary key default gen_random_uuid(),
    kind          text not null check (kind in ('stt', 'llm', 'tts', 'speech', 'telephony')),
    provider      text not null check (provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    model         text not null default '' check (length(model) <= 200),
    unit          text not null check (unit in ('second', 'character', 'token_in', 'token_out')),
    price_micros  bigint not null check (price_micros >= 0),
    currency      text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
    valid_from    date not null default '2000-01-01',
    unique (kind, provider, model, unit, currency, valid_from)  -- private.call_cost
);
comment on table frontdesk.model_prices is
    'What providers take: millionths of the currency for a thousand units.  What runs here takes '
    'nothing';
comment on column frontdesk.model_prices.model is 'empty: every model without a price of its own';
insert into frontdesk.model_prices (kind, provider, unit, price_micros) values
    ('stt', 'pocketsphinx', 'second', 0), ('llm', 'builtin', 'second', 0),
    ('tts', 'flite', 'second', 0);

create table frontdesk.payments (
    id              uuid not null default gen_random_uuid() primary key,
    client_id       uuid not null references frontdesk.clients on delete restrict,
    provider        text not null default 'stripe' check (provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    reference       text not null check (length(reference) between 1 and 200),
    status          text not null default 'open'
                    check (status in ('open', 'paid', 'failed', 'expired', 'refunded')),
    amount_cents    bigint not null check (amount_cents > 0),
    refunded_cents  bigint not null default 0 check (refunded_cents between 0 and amount_cents),
    currency        text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
    seconds         int not null check (seconds > 0),
    package         text check (length(package) <= 100),
    created_by      uuid references frontdesk.users on delete restrict,
    created_at      timestamptz not null default now(),
    paid_at         timestamptz,
    unique (client_id, id),
    unique (provider, reference)  -- a payment told twice is one
);
comment on table frontdesk.payments is 'What clients paid for seconds; the ledger has the seconds';
comment on column frontdesk.payments.reference is 'the provider''s id of the checkout or payment';
create index payments_client on frontdesk.payments (client_id, created_at desc, id desc);
comment on index frontdesk.payments_client is 'payments of a client; revenue in api.analytics';
create index payments_created_by on frontdesk.payments (created_by);
comment on index frontdesk.payments_created_by is 'removing a user';
create index payments_paid on frontdesk.payments (paid_at) where paid_at is not null;
comment on index frontdesk.payments_paid is 'revenue of many clients in api.analytics';

create table frontdesk.webhook_events (
    source        text not null check (source ~ '^[a-z][a-z0-9_]{0,31}$'),
    event_id      text not null check (length(event_id) between 1 and 255),
    kind          text not null default '' check (length(kind) <= 100),
    body          jsonb,
    received_at   timestamptz not null default now(),
    processed_at  timestamptz,
    error         text check (length(error) <= 1000),
    primary key (source, event_id)  -- each event once
);
comment on table frontdesk.webhook_events is 'What payment providers told, each event once';
comment on column frontdesk.webhook_events.body is 'until it was processed';
create index webhook_events_open on frontdesk.webhook_events (received_at)
    where processed_at is null;
comment on index frontdesk.webhook_events_open is 'events that are still to be processed';
