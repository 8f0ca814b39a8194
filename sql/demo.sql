-- SPDX-License-Identifier: BSD-2-Clause
-- Demo users, clients and numbers; may be loaded again, which leaves what is there.
--
--   psql --set=demo_password_hash="$hash" --file=sql/demo.sql "$url"
--
-- The hash is the PHC string of the password all demo users have, as the argon2 command prints it:
--   printf %s "$password" | argon2 "$salt" -id -t 2 -m 14 -p 1 -e
-- --set=twilio_account_sid=AC... names the account whose webhooks are accepted, else it is the one
-- below.  Needs a user that the policies do not bind: the one that runs migrate.sh.

\set ON_ERROR_STOP on
\set QUIET on
begin;

\if :{?twilio_account_sid}
\else
\set twilio_account_sid AC00000000000000000000000000000001
\endif
insert into frontdesk.settings (key, value)
values ('twilio_account_sid', :'twilio_account_sid')
on conflict (key) do update set value = excluded.value;

insert into frontdesk.users (id, email, name, role, password_hash, email_verified_at)
values
    ('00000000-0000-4000-8000-000000000001', 'admin@frontdesk.example', 'Ada Admin', 'admin',
     :'demo_password_hash', now()),
    ('00000000-0000-4000-8000-000000000002', 'olivia@brightsmile.example', 'Olivia Bright', 'owner',
     :'demo_password_hash', now()),
    ('00000000-0000-4000-8000-000000000003', 'marco@harborbistro.example', 'Marco Harbor', 'owner',
     :'demo_password_hash', now()),
    ('00000000-0000-4000-8000-000000000004', 'manager@brightsmile.example', 'Mia Bright', 'owner',
     :'demo_password_hash', now()),
    ('00000000-0000-4000-8000-000000000005', 'viewer@brightsmile.example', 'Vic Bright', 'owner',
     :'demo_password_hash', now())
on conflict (email) do nothing;

-- purpose: what the number is for; make start writes it to demo.json.
create temporary table demo_clients (
    id uuid, owner_id uuid, name text, number text, purpose text, timezone text, routing text,
    voice_mode text, owner_phone text, pipeline text, voice text, greeting text, seconds int)
    on commit drop;

insert into demo_clients values
    ('00000000-0000-4000-8000-000000000101', '00000000-0000-4000-8000-000000000002',
     'Bright Smile Dental', '+15550100001', 'receptionist', 'America/New_York', 'ai_only',
     'stream', null, 'staged', 'slt',
     'Thank you for calling Bright Smile Dental. How can I help you today?', 36000),
    ('00000000-0000-4000-8000-000000000102', '00000000-0000-4000-8000-000000000002',
     'Bright Smile Echo', '+15550100002', 'echo', 'America/New_York', 'ai_only',
     'stream', null, 'echo', 'slt', '', 36000),
    ('00000000-0000-4000-8000-000000000103', '00000000-0000-4000-8000-000000000002',
     'Bright Smile Hotline', '+15550100003', 'no_balance', 'America/New_York', 'ai_only',
     'stream', null, 'staged', 'slt',
     'Thank you for calling the Bright Smile hotline. How can I help you?', 0),
    ('00000000-0000-4000-8000-000000000104', '00000000-0000-4000-8000-000000000003',
     'Harbor Bistro', '+15550100004', 'receptionist', 'America/New_York', 'ai_only',
     'stream', null, 'staged', 'rms',
     'Thank you for calling Harbor Bistro. How can I help you?', 36000),
    ('00000000-0000-4000-8000-000000000105', '00000000-0000-4000-8000-000000000003',
     'Harbor Catering', '+15550100005', 'gather', 'America/New_York', 'ai_only',
     'gather', null, 'staged', 'rms',
     'Thank you for calling Harbor Catering. How can I help you?', 36000),
    ('00000000-0000-4000-8000-000000000106', '00000000-0000-4000-8000-000000000003',
     'Harbor Events', '+15550100006', 'owner_first', 'America/New_York', 'owner_first',
     'stream', '+15550100999', 'staged', 'rms',
     'Thank you for calling Harbor Events. How can I help you?', 36000);

insert into frontdesk.clients (
    id, owner_user_id, name, timezone, routing, voice_mode, owner_phone, slot_step_minutes,
    buffer_after_minutes, lead_minutes, max_days_ahead, appointment_minutes)
select d.id, d.owner_id, d.name, d.timezone, d.routing, d.voice_mode, d.owner_phone, 30,
       case when d.name like 'Bright%' then 10 else 0 end, 60, 90,
       case when d.name like 'Bright%' then 30 else 60 end
  from demo_clients d
on conflict (id) do nothing;

insert into frontdesk.client_members (client_id, user_id, role)
select '00000000-0000-4000-8000-000000000101', u.id, split_part(u.email, '@', 1)
  from frontdesk.users u
 where u.email in ('manager@brightsmile.example', 'viewer@brightsmile.example')
on conflict do nothing;

insert into frontdesk.agents (client_id, is_default, pipeline, tts_voice_id, initial_greeting,
                              system_prompt)
select d.id, true, d.pipeline, d.voice, d.greeting,
       'You are the receptionist of ' || d.name || '. Be brief, friendly and exact.'
  from demo_clients d
on conflict do nothing;

insert into frontdesk.phone_numbers (client_id, phone_number)
select d.id, d.number from demo_clients d
on conflict (phone_number) do nothing;

insert into frontdesk.ledger (client_id, kind, seconds, reference, note)
select d.id, 'grant', d.seconds, 'demo', 'Demo balance' from demo_clients d where d.seconds > 0
on conflict (client_id, reference) do nothing;

insert into frontdesk.business_hours (client_id, weekday, opens, closes)
select d.id, w.weekday,
       case when d.name like 'Harbor%' then time '11:00' else time '09:00' end,
       case when d.name like 'Harbor%' then time '22:00'
            when w.weekday >= 6 then time '13:00'
            else time '17:00' end
  from demo_clients d
 cross join generate_series(1, 7) w (weekday)
 where not exists (select from frontdesk.business_hours b where b.client_id = d.id);

insert into frontdesk.services (client_id, name, minutes, position)
select d.id, s.name, s.minutes, s.position
  from demo_clients d
  join (values ('Bright', 'cleaning', 30, 1), ('Bright', 'checkup', 30, 2),
               ('Bright', 'whitening', 60, 3), ('Harbor', 'table reservation', 60, 1))
       s (who, name, minutes, position) on d.name like s.who || '%'
on conflict do nothing;

insert into frontdesk.knowledge_entries (client_id, category, question, answer, keywords, priority)
select d.id, k.category, k.question, k.answer, string_to_array(k.keywords, ','), k.priority
  from demo_clients d
  join (values
    ('Bright', 'visit', 'Where can I park?',
     'There is free parking behind our building, and the entrance is on Maple Street.',
     'parking,car,garage,lot', 5),
    ('Bright', 'money', 'What insurance do you accept?',
     'We accept most dental insurance plans, including Delta Dental, Cigna and Aetna.',
     'insurance,plan,coverage,delta,cigna,aetna', 5),
    ('Bright', 'money', 'How much does a cleaning cost?',
     'A cleaning is ninety dollars, a checkup is sixty dollars, and whitening is two hundred '
     'and fifty dollars.', 'price,prices,cost,fee,charge,cleaning,checkup,whitening', 5),
    ('Bright', 'visit', 'Where are you located?',
     'We are at twenty four Maple Street, next to the public library.',
     'address,location,located,directions,find', 5),
    ('Bright', 'care', 'What should I do in an emergency?',
     'If you have severe pain, bleeding or a broken tooth, tell me and we will see you today. '
     'If it is life threatening, please hang up and call nine one one.',
     'emergency,urgent,pain,toothache,bleeding,broken tooth', 8),
    ('Bright', 'visit', 'Are you taking new patients?',
     'Yes, we are taking new patients. Please come ten minutes early for the paperwork.',
     'new patient,register,first visit,accepting', 4),
    ('Bright', 'money', 'How can I pay?',
     'You can pay by cash, credit card, debit card or check.',
     'payment,pay,card,credit,cash,check,methods', 4),
    ('Bright', 'visit', 'What is your cancellation policy?',
     'Please cancel at least twenty four hours ahead. Later cancellations cost forty dollars.',
     'cancellation policy,late,no show', 3),
    ('Harbor', 'visit', 'Where can I park?',
     'There is a public garage across the street, and we validate parking for two hours.',
     'parking,car,garage,valet', 5),
    ('Harbor', 'visit', 'Where are you located?',
     'We are at seven Pier Road, right on the harbor.',
     'address,location,located,directions,find', 5),
    ('Harbor', 'menu', 'Do you have vegetarian dishes?',
     'Yes, we have vegetarian and vegan dishes, and we can cook without gluten.',
     'vegetarian,vegan,gluten,allergy,diet', 5),
    ('Harbor', 'menu', 'What is on the menu?',
     'We serve fresh fish, pasta and seasonal salads, and there is a special every day.',
     'menu,food,dishes,special,fish,pasta', 4),
    ('Harbor', 'visit', 'Can I bring children or a dog?',
     'Children are welcome and we have high chairs. Dogs are welcome on the terrace.',
     'children,kids,high chair,dog,pets,terrace', 3),
    ('Harbor', 'money', 'How can I pay?',
     'You can pay by cash or by any major credit card.',
     'payment,pay,card,credit,cash', 3),
    ('Harbor', 'events', 'Do you host private events?',
     'Yes, our upstairs room seats forty people. Leave your details and we will call you back.',
     'private,event,party,wedding,group,room', 4))
       k (who, category, question, answer, keywords, priority) on d.name like k.who || '%'
 where not exists (select from frontdesk.knowledge_entries e where e.client_id = d.id);

commit;
