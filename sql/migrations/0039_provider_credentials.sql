-- SPDX-License-Identifier: BSD-2-Clause
-- Keys of clients' own accounts at providers.

create table frontdesk.provider_credentials (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null references frontdesk.clients on delete cascade,
    kind          text not null check (kind in ('stt', 'llm', 'tts', 'speech', 'telephony')),
    provider      text not null check (provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    hint          text not null default '' check (length(hint) <= 8),
    ciphertext    bytea not null check (octet_length(ciphertext) between 29 and 65536),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    last_used_at  timestamptz,
    unique (client_id, id),
    unique (client_id, kind)  -- one key a kind: GET /api/clients/{id}/providers/{kind}
);
comment on table frontdesk.provider_credentials is 'A client''s own keys of providers, write-only';
comment on column frontdesk.provider_credentials.hint is
    'what is shown of the key: its last characters';
comment on column frontdesk.provider_credentials.ciphertext is
    'AES-256-GCM: version, key id, nonce, text, tag; the workers alone have the key';
