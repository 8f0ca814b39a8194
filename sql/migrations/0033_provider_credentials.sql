-- SPDX-License-Identifier: BSD-2-Clause
-- Keys of outside providers that a client pays itself.

create table frontdesk.provider_credentials (
    id          uuid not null default gen_random_uuid() primary key,
    client_id   uuid not null references frontdesk.clients on delete cascade,
    kind        text not null check (kind in ('stt', 'llm', 'tts', 'realtime')),
    provider    text not null check (provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    ciphertext  bytea not null check (octet_length(ciphertext) between 34 and 4096),
    last_four   text not null default '' check (length(last_four) in (0, 4)),
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    unique (client_id, id),
    unique (client_id, kind)  -- one key a kind; api.provider_get
);
comment on table frontdesk.provider_credentials is
    'A client''s own key of a provider of speech or language: written, never read back';
comment on column frontdesk.provider_credentials.ciphertext is
    'AES-256-GCM: version, key id, nonce, text, tag; bound to client and kind';
comment on column frontdesk.provider_credentials.last_four is
    'of the key, to know it again; empty when it is too short to show that much';
