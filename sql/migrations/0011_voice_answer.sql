-- SPDX-License-Identifier: BSD-2-Clause
-- What the webhooks of a call are answered with: one row type for all of them.

create type frontdesk.voice_answer as (
    outcome           text,
    call_id           uuid,
    client_id         uuid,
    agent_id          uuid,
    client_name       text,
    pipeline          text,
    token_nonce       text,
    token_expires_at  bigint,
    owner_phone       text,
    ring_seconds      int,
    message           text,
    language          text
);
comment on type frontdesk.voice_answer is
    'outcome: stream, gather, dial_owner, human_only, no_balance, unknown_number, inactive, '
    'blocked or hangup; message is spoken to the caller; token_expires_at in Unix seconds';
