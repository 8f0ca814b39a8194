-- SPDX-License-Identifier: BSD-2-Clause
-- Sums of calls by day, kept as calls end: a million calls are not read to draw a chart.

create table frontdesk.call_stats (
    client_id     uuid not null references frontdesk.clients on delete cascade,
    day           date not null,
    agent_id      uuid,
    calls         int not null default 0,
    ai_calls      int not null default 0,
    human_calls   int not null default 0,
    completed     int not null default 0,
    missed        int not null default 0,
    failed        int not null default 0,
    booked        int not null default 0,
    leads         int not null default 0,
    transferred   int not null default 0,
    seconds       bigint not null default 0,
    paid_seconds  bigint not null default 0,
    turns         bigint not null default 0,
    cost_micros   bigint not null default 0,
    hours         int[] not null default array_fill(0, array[24])
                  check (cardinality(hours) = 24),
    unique nulls not distinct (client_id, day, agent_id)  -- private.call_stats; api.analytics
);
comment on table frontdesk.call_stats is
    'Calls that ended, by the day they began in the client''s zone and by agent; kept exact by the '
    'trigger call_stats on calls';
comment on column frontdesk.call_stats.agent_id is
    'no key: sums outlive an agent; null: none, or removed';
comment on column frontdesk.call_stats.missed is 'no_answer, busy and canceled';
comment on column frontdesk.call_stats.hours is 'calls by the hour of the day they began in';

create index call_stats_day on frontdesk.call_stats (day);
comment on index frontdesk.call_stats_day is 'api.analytics of many clients';

create table frontdesk.latency_stats (
    client_id  uuid not null references frontdesk.clients on delete cascade,
    day        date not null,
    bucket     int not null check (bucket between 0 and 300),
    answers    int not null check (answers > 0),
    primary key (client_id, day, bucket)  -- private.call_stats; api.analytics
);
comment on table frontdesk.latency_stats is
    'How long callers waited for answers, as a histogram a day';
comment on column frontdesk.latency_stats.bucket is
    'n: from 10 ^ ((n - 1) / 48) to 10 ^ (n / 48) milliseconds, each 5 % wider than the last';

create index latency_stats_day on frontdesk.latency_stats (day);
comment on index frontdesk.latency_stats_day is 'api.analytics of many clients';
