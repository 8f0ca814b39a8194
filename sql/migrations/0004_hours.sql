-- SPDX-License-Identifier: BSD-2-Clause
-- When a client works and what can be booked.

create table frontdesk.services (
    id          uuid not null default gen_random_uuid() primary key,
    client_id   uuid not null references frontdesk.clients on delete cascade,
    name        text not null check (length(btrim(name)) between 1 and 100),
    minutes     int not null check (minutes between 5 and 1440),
    position    int not null default 0,
    is_active   boolean not null default true,
    created_at  timestamptz not null default now(),
    updated_at  timestamptz not null default now(),
    unique (client_id, id)
);
comment on table frontdesk.services is 'What callers can book, and how long it takes';

create unique index services_name on frontdesk.services (client_id, lower(name));
comment on index frontdesk.services_name is
    'a name once a client; private.service_find, worker.call_claim';

create table frontdesk.business_hours (
    id          uuid not null default gen_random_uuid() primary key,
    client_id   uuid not null references frontdesk.clients on delete cascade,
    weekday     int not null check (weekday between 1 and 7),
    opens       time not null,
    closes      time not null check (closes > opens),
    created_at  timestamptz not null default now(),
    unique (client_id, id),
    -- Intervals of one day do not overlap.  Also private.hours_on: a client's weekday.
    constraint business_hours_overlap exclude using gist (
        client_id with =, weekday with =,
        int4range((extract(epoch from opens) / 60)::int,
                  (extract(epoch from closes) / 60)::int) with &&)
);
comment on table frontdesk.business_hours is
    'Intervals of a weekday (1 Monday to 7 Sunday) in the client''s time zone; none: closed';

create table frontdesk.holiday_hours (
    id          uuid not null default gen_random_uuid() primary key,
    client_id   uuid not null references frontdesk.clients on delete cascade,
    day         date not null,
    name        text not null default '' check (length(name) <= 200),
    opens       time,
    closes      time,
    created_at  timestamptz not null default now(),
    unique (client_id, id),
    unique nulls not distinct (client_id, day, opens),  -- private.hours_on: a client's date
    check ((opens is null) = (closes is null) and (opens is null or closes > opens))
);
comment on table frontdesk.holiday_hours is
    'Dates that differ: any row replaces the weekday''s hours; without opens, closed all day';
