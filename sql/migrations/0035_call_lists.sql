-- SPDX-License-Identifier: BSD-2-Clause
-- Finding calls and what was said in them; what is kept of a call whose text is erased.

-- uuid and tsvector in one index: words of one client.  Made by whoever runs the migrations.
reset role;
create extension if not exists btree_gin with schema public;
set local role frontdesk_owner;

alter table frontdesk.calls
    add column sentiment       text check (sentiment in ('positive', 'neutral', 'negative')),
    add column campaign_id     uuid,
    add column has_appointment boolean not null default false,
    add column has_lead        boolean not null default false,
    add column cost_micros     bigint check (cost_micros >= 0),
    add column stats_day       date,
    add column stats_hour      int check (stats_hour between 0 and 23),
    add column erased_at       timestamptz;
comment on column frontdesk.calls.sentiment is 'null: nobody has judged';
comment on column frontdesk.calls.has_appointment is 'something was booked in it; set by a trigger';
comment on column frontdesk.calls.has_lead is 'a lead was taken in it; set by a trigger';
comment on column frontdesk.calls.cost_micros is
    'what providers take for it, in millionths of the currency of model_prices; null: not known';
comment on column frontdesk.calls.stats_day is
    'the day of the client under which the call was counted; null: not counted yet';
comment on column frontdesk.calls.stats_hour is 'the hour of that day';
comment on column frontdesk.calls.erased_at is
    'when its text was erased: it is no conversation any more, but still a call';

create index calls_status on frontdesk.calls (client_id, status, created_at desc, id desc);
comment on index frontdesk.calls_status is 'private.conversation_find, private.call_log_find';
create index calls_caller on frontdesk.calls (client_id, caller_phone, created_at desc, id desc);
comment on index frontdesk.calls_caller is
    'private.call_log_find by number; private.erase_contact: calls of a number';
create index calls_called on frontdesk.calls (client_id, called_phone)
    where direction = 'outbound';
comment on index frontdesk.calls_called is
    'private.call_log_find and private.erase_contact: calls to a number';
create index calls_recent on frontdesk.calls (created_at desc, id desc);
comment on index frontdesk.calls_recent is 'private.call_log_find of one who sees many clients';
create index calls_uncounted on frontdesk.calls (client_id)
    where settled_at is not null and stats_day is null;
comment on index frontdesk.calls_uncounted is 'private.call_stats_fill';

drop index frontdesk.calls_contact;
create index calls_contact on frontdesk.calls (client_id, contact_id, created_at desc, id desc);
comment on index frontdesk.calls_contact is 'calls of a contact; removing a contact';
drop index frontdesk.calls_agent;
create index calls_agent on frontdesk.calls (client_id, agent_id, created_at desc, id desc);
comment on index frontdesk.calls_agent is 'calls of an agent; removing an agent';

-- Few pending entries: a search reads all of them.
create index turns_search on frontdesk.turns
    using gin (client_id, to_tsvector('english'::regconfig, content))
    with (gin_pending_list_limit = 256)
    where role in ('user', 'assistant', 'human');
comment on index frontdesk.turns_search is 'private.turns_find: what was said, by words';

create index contacts_client on frontdesk.contacts (client_id, created_at desc, id desc);
comment on index frontdesk.contacts_client is 'api.contact_list, newest first';
create index contacts_name on frontdesk.contacts (client_id, lower(name), id);
comment on index frontdesk.contacts_name is 'api.contact_list by name';
create index leads_status on frontdesk.leads (client_id, status, created_at desc, id desc);
comment on index frontdesk.leads_status is 'api.lead_list of one status';
create index leads_phone on frontdesk.leads (client_id, phone);
comment on index frontdesk.leads_phone is 'private.erase_contact: leads of a number';
create index ledger_client_time on frontdesk.ledger (client_id, created_at desc, id desc);
comment on index frontdesk.ledger_client_time is 'api.ledger_list between two moments';

-- Their parameters change.
drop function if exists api.conversation_list(uuid, int, int);
drop function if exists api.appointment_list(uuid, timestamptz, timestamptz, int, int);
