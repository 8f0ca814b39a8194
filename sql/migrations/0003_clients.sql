-- SPDX-License-Identifier: BSD-2-Clause
-- Businesses, their AI configurations and their numbers.

create table frontdesk.clients (
    id                    uuid primary key default gen_random_uuid(),
    owner_user_id         uuid not null references frontdesk.users on delete restrict,
    name                  text not null check (length(btrim(name)) between 1 and 200),
    owner_phone           text check (owner_phone ~ '^\+[1-9][0-9]{6,14}$'),
    timezone              text not null default 'UTC'
                          check (timezone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$'
                                 and timezone(timezone, timestamptz '2000-01-01 00:00+00')
                                     is not null),
    calendar_id           text,
    routing               text not null default 'ai_only'
                          check (routing in ('ai_only', 'owner_first', 'ai_after_hours',
                                             'human_only')),
    voice_mode            text not null default 'stream' check (voice_mode in ('stream', 'gather')),
    ring_seconds          int not null default 20 check (ring_seconds between 5 and 60),
    slot_step_minutes     int not null default 30 check (slot_step_minutes between 5 and 240),
    buffer_before_minutes int not null default 0 check (buffer_before_minutes between 0 and 240),
    buffer_after_minutes  int not null default 0 check (buffer_after_minutes between 0 and 240),
    lead_minutes          int not null default 60 check (lead_minutes between 0 and 43200),
    max_days_ahead        int not null default 60 check (max_days_ahead between 1 and 730),
    appointment_minutes   int not null default 30 check (appointment_minutes between 5 and 1440),
    balance_seconds       int not null default 0 check (balance_seconds >= 0),
    is_active             boolean not null default true,
    created_at            timestamptz not null default now(),
    updated_at            timestamptz not null default now()
);
comment on table frontdesk.clients is 'Businesses: what everything else belongs to';
comment on column frontdesk.clients.balance_seconds is
    'always sum(ledger.seconds); changed by the ledger''s trigger and nothing else';
comment on column frontdesk.clients.lead_minutes is 'an appointment starts at least so far ahead';
comment on column frontdesk.clients.appointment_minutes is 'length when no service is named';

create index clients_owner on frontdesk.clients (owner_user_id, name, id);
comment on index frontdesk.clients_owner is
    'private.visible_clients of an owner; api.client_list in its order';
create index clients_name on frontdesk.clients (name, id);
comment on index frontdesk.clients_name is 'api.client_list of an admin';

create table frontdesk.agents (
    id                uuid not null default gen_random_uuid() primary key,
    client_id         uuid not null references frontdesk.clients on delete cascade,
    name              text not null default 'Receptionist'
                      check (length(btrim(name)) between 1 and 200),
    is_default        boolean not null default false,
    is_active         boolean not null default true,
    pipeline          text not null default 'staged'
                      check (pipeline in ('staged', 'realtime', 'echo')),
    language          text not null default 'en-US' check (language ~ '^[a-z]{2,3}(-[A-Z]{2})?$'),
    llm_provider      text not null default 'builtin'
                      check (llm_provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    llm_model         text not null default 'builtin' check (length(llm_model) <= 200),
    temperature       real not null default 0.4 check (temperature between 0 and 2),
    stt_provider      text not null default 'pocketsphinx'
                      check (stt_provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    stt_model         text not null default 'receptionist' check (length(stt_model) <= 200),
    tts_provider      text not null default 'flite' check (tts_provider ~ '^[a-z][a-z0-9_]{0,31}$'),
    tts_model         text not null default 'flite' check (length(tts_model) <= 200),
    tts_voice_id      text not null default 'slt' check (length(tts_voice_id) <= 200),
    tts_speed         real not null default 1.0 check (tts_speed between 0.5 and 2),
    system_prompt     text not null default '' check (length(system_prompt) <= 50000),
    initial_greeting  text not null default '' check (length(initial_greeting) <= 2000),
    enabled_tools     text[] not null default
                      '{get_available_slots,book_appointment,reschedule_appointment,
                        cancel_appointment,list_my_appointments,save_contact_name,
                        search_knowledge,get_business_hours,capture_lead,transfer_call,end_call}'
                      check (enabled_tools <@ array[
                          'get_available_slots', 'book_appointment', 'reschedule_appointment',
                          'cancel_appointment', 'list_my_appointments', 'save_contact_name',
                          'search_knowledge', 'get_business_hours', 'capture_lead',
                          'transfer_call', 'send_sms', 'end_call']),
    interruptions     boolean not null default true,
    endpointing_ms    int not null default 500 check (endpointing_ms between 100 and 5000),
    max_call_seconds  int not null default 1800 check (max_call_seconds between 30 and 14400),
    version           int not null default 1,
    created_at        timestamptz not null default now(),
    updated_at        timestamptz not null default now(),
    unique (client_id, id)  -- what other tables refer to, so that no row points across clients
);
comment on table frontdesk.agents is 'AI configurations of clients; one is the default';

create unique index agents_default on frontdesk.agents (client_id) where is_default;
comment on index frontdesk.agents_default is
    'one default agent a client; api.client_list, api.client_get, api.voice_start';

create table frontdesk.phone_numbers (
    id            uuid not null default gen_random_uuid() primary key,
    client_id     uuid not null references frontdesk.clients on delete cascade,
    agent_id      uuid,
    phone_number  text not null check (phone_number ~ '^\+[1-9][0-9]{6,14}$'),
    account_sid   text check (account_sid ~ '^AC[0-9a-fA-F]{32}$'),
    carrier_sid   text,
    status        text not null default 'active'
                  check (status in ('active', 'inactive', 'suspended')),
    monthly_cost_cents int not null default 0 check (monthly_cost_cents >= 0),
    created_at    timestamptz not null default now(),
    updated_at    timestamptz not null default now(),
    unique (phone_number),  -- private.number_find: whose number was called
    unique (client_id, id),
    foreign key (client_id, agent_id) references frontdesk.agents (client_id, id)
        on delete set null (agent_id)
);
comment on table frontdesk.phone_numbers is 'Numbers people call, each bound to a client';
comment on column frontdesk.phone_numbers.account_sid is
    'the account this number''s webhooks come from, when not the platform''s';
comment on column frontdesk.phone_numbers.agent_id is 'null: the client''s default agent';

create index phone_numbers_client on frontdesk.phone_numbers (client_id, created_at, id);
comment on index frontdesk.phone_numbers_client is 'api.client_list: a client''s first number';
create index phone_numbers_agent on frontdesk.phone_numbers (client_id, agent_id);
comment on index frontdesk.phone_numbers_agent is 'removing an agent';
