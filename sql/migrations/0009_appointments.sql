-- SPDX-License-Identifier: BSD-2-Clause
-- The embedded calendar.

create table frontdesk.appointments (
    id                     uuid not null default gen_random_uuid() primary key,
    client_id              uuid not null references frontdesk.clients on delete cascade,
    resource               text not null default 'main' check (length(resource) between 1 and 100),
    contact_id             uuid,
    call_id                uuid,
    service_id             uuid,
    service                text not null default '' check (length(service) <= 100),
    customer_name          text not null default '' check (length(customer_name) <= 200),
    customer_phone         text check (customer_phone ~ '^\+[1-9][0-9]{6,14}$'),
    starts_at              timestamptz not null,
    ends_at                timestamptz not null check (ends_at > starts_at),
    buffer_before_minutes  int not null default 0 check (buffer_before_minutes >= 0),
    buffer_after_minutes   int not null default 0 check (buffer_after_minutes >= 0),
    blocks                 tstzrange not null,
    status                 text not null default 'confirmed'
                           check (status in ('held', 'confirmed', 'canceled', 'completed',
                                             'no_show')),
    notes                  text not null default '' check (length(notes) <= 10000),
    created_at             timestamptz not null default now(),
    updated_at             timestamptz not null default now(),
    unique (client_id, id),
    foreign key (client_id, contact_id) references frontdesk.contacts (client_id, id)
        on delete set null (contact_id),
    foreign key (client_id, call_id) references frontdesk.call_keys (client_id, call_id)
        on delete set null (call_id),
    foreign key (client_id, service_id) references frontdesk.services (client_id, id)
        on delete set null (service_id),
    -- The rule that makes double booking impossible, whoever inserts.  Also private.slots_free.
    constraint appointments_taken exclude using gist (
        client_id with =, resource with =, blocks with &&)
        where (status in ('held', 'confirmed'))
);
comment on table frontdesk.appointments is 'What was booked in a client''s calendar';
comment on column frontdesk.appointments.resource is
    'the calendar within the client: one appointment at a time';
comment on column frontdesk.appointments.blocks is
    'start to end with the buffers around it; set by the trigger appointment_blocks';

create index appointments_client on frontdesk.appointments (client_id, starts_at, id);
comment on index frontdesk.appointments_client is 'api.appointment_list: a span of time';
create index appointments_phone on frontdesk.appointments (client_id, customer_phone, starts_at);
comment on index frontdesk.appointments_phone is 'private.appointment_find: a caller''s own';
create index appointments_call on frontdesk.appointments (client_id, call_id);
comment on index frontdesk.appointments_call is 'worker.tool_book_appointment: booked by this call';
create index appointments_contact on frontdesk.appointments (client_id, contact_id);
comment on index frontdesk.appointments_contact is 'removing a contact';
create index appointments_service on frontdesk.appointments (client_id, service_id);
comment on index frontdesk.appointments_service is 'removing a service';
