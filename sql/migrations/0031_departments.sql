-- SPDX-License-Identifier: BSD-2-Clause
-- Where a client's calls can be transferred to.

create table frontdesk.departments (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null references frontdesk.clients on delete cascade,
    name          text not null check (length(btrim(name)) between 1 and 100),
    description   text not null default '' check (length(description) <= 1000),
    phone_number  text check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    priority      int not null default 0 check (priority between -100 and 100),
    hours         jsonb check (jsonb_typeof(hours) = 'array'),
    is_active     boolean not null default true,
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    unique (client_id, id)
);
comment on table frontdesk.departments is 'Parts of a client that callers ask for by name';
comment on column frontdesk.departments.hours is
    'intervals {"weekday", "opens", "closes"} as business_hours; null: the client''s own hours';

create unique index departments_name on frontdesk.departments (client_id, lower(name));
comment on index frontdesk.departments_name is 'a name once a client';

create table frontdesk.transfer_targets (
    id             uuid not null default gen_random_uuid() primary key,
    client_id      uuid not null references frontdesk.clients on delete cascade,
    department_id  uuid,
    name           text not null check (length(btrim(name)) between 1 and 100),
    phone_number   text not null check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    priority       int not null default 0 check (priority between -100 and 100),
    hours          jsonb check (jsonb_typeof(hours) = 'array'),
    is_active      boolean not null default true,
    created_at     timestamptz not null default now(),
    updated_at     timestamptz not null default now(),
    unique (client_id, id),
    foreign key (client_id, department_id) references frontdesk.departments (client_id, id)
        on delete set null (department_id)
);
comment on table frontdesk.transfer_targets is
    'People and phones a call is transferred to, highest priority first';
comment on column frontdesk.transfer_targets.hours is 'as in departments';

create unique index transfer_targets_name on frontdesk.transfer_targets (client_id, lower(name));
comment on index frontdesk.transfer_targets_name is 'a name once a client';
create index transfer_targets_department on frontdesk.transfer_targets (client_id, department_id);
comment on index frontdesk.transfer_targets_department is
    'the targets of a department; removing a department';
