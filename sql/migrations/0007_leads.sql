-- SPDX-License-Identifier: BSD-2-Clause
-- Details captured from callers for a callback.

create table frontdesk.leads (
    id                   uuid not null default gen_random_uuid() primary key,
    client_id            uuid not null references frontdesk.clients on delete cascade,
    contact_id           uuid,
    call_id              uuid,
    name                 text not null default '' check (length(name) <= 200),
    phone                text not null default '' check (length(phone) <= 64),
    email                text check (length(email) <= 254),
    reason               text not null default '' check (length(reason) <= 2000),
    callback_preference  text check (length(callback_preference) <= 200),
    status               text not null default 'new'
                         check (status in ('new', 'contacted', 'qualified', 'closed')),
    notes                text not null default '' check (length(notes) <= 10000),
    created_at           timestamptz not null default now(),
    updated_at           timestamptz not null default now(),
    unique (client_id, id),
    unique (client_id, call_id),  -- one lead a call: worker.tool_capture_lead may be repeated
    foreign key (client_id, contact_id) references frontdesk.contacts (client_id, id)
        on delete set null (contact_id),
    foreign key (client_id, call_id) references frontdesk.call_keys (client_id, call_id)
        on delete set null (call_id)
);
comment on table frontdesk.leads is 'Details captured from a caller for a callback';

create index leads_client on frontdesk.leads (client_id, created_at desc, id desc);
comment on index frontdesk.leads_client is 'leads of a client, newest first';
create index leads_contact on frontdesk.leads (client_id, contact_id);
comment on index frontdesk.leads_contact is 'removing a contact';

create table frontdesk.lead_fields (
    client_id  uuid not null,
    lead_id    uuid not null,
    name       text not null check (name ~ '^[a-z][a-z0-9_]{0,63}$'),
    value      text not null check (length(value) <= 2000),
    primary key (client_id, lead_id, name),  -- fields of a lead
    foreign key (client_id, lead_id) references frontdesk.leads (client_id, id) on delete cascade
);
comment on table frontdesk.lead_fields is 'What a client asks of a lead beyond the usual columns';
