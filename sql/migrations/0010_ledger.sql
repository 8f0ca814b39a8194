-- SPDX-License-Identifier: BSD-2-Clause
-- Prepaid seconds: every change of a balance, for ever.

create table frontdesk.ledger (
    id             bigint generated always as identity primary key,
    client_id      uuid not null references frontdesk.clients on delete restrict,
    call_id        uuid,
    kind           text not null
                   check (kind in ('purchase', 'grant', 'adjustment', 'refund',
                                   'reserve', 'charge', 'release')),
    seconds        int not null check (seconds <> 0),
    balance_after  int not null check (balance_after >= 0),
    reference      text check (length(reference) between 1 and 200),
    note           text not null default '' check (length(note) <= 1000),
    created_by     uuid references frontdesk.users on delete restrict,
    created_at     timestamptz not null default now(),
    check ((kind in ('reserve', 'charge', 'release')) = (call_id is not null)),
    check (case when kind in ('reserve', 'charge') then seconds < 0
                when kind in ('purchase', 'grant', 'release') then seconds > 0
                else true end),
    foreign key (client_id, call_id) references frontdesk.call_keys (client_id, call_id)
        on delete restrict,
    unique (client_id, reference)  -- what is credited once stays credited once
);
comment on table frontdesk.ledger is
    'Append-only.  Its sum is the client''s balance; a trigger keeps both in one transaction';
comment on column frontdesk.ledger.kind is
    'of a call: reserve takes ahead, charge takes what was used beyond that, release gives the '
    'unused back; at most what is left is taken';
comment on column frontdesk.ledger.reference is 'of what caused it, once a client: a payment''s id';

create index ledger_client on frontdesk.ledger (client_id, id desc);
comment on index frontdesk.ledger_client is 'the ledger of a client, newest first; its sum';
create index ledger_call on frontdesk.ledger (client_id, call_id);
comment on index frontdesk.ledger_call is 'what a call cost';
create index ledger_created_by on frontdesk.ledger (created_by);
comment on index frontdesk.ledger_created_by is 'removing a user';
