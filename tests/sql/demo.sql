-- SPDX-License-Identifier: BSD-2-Clause
-- The demo data has what make run, the tests and demo.json count on, and once when loaded twice.

begin;
select plan(9);

create temporary table demo as
select c.*, u.email, n.phone_number, a.pipeline
  from frontdesk.clients c
  join frontdesk.users u on u.id = c.owner_user_id
  join frontdesk.phone_numbers n on n.client_id = c.id
  join frontdesk.agents a on a.client_id = c.id and a.is_default
 where n.phone_number between '+15550100001' and '+15550100006';

select results_eq($$ select phone_number, name, email, pipeline, voice_mode, routing from demo
                      order by phone_number $$, $$ values
    ('+15550100001', 'Bright Smile Dental', 'olivia@brightsmile.example', 'staged', 'stream',
     'ai_only'),
    ('+15550100002', 'Bright Smile Echo', 'olivia@brightsmile.example', 'echo', 'stream',
     'ai_only'),
    ('+15550100003', 'Bright Smile Hotline', 'olivia@brightsmile.example', 'staged', 'stream',
     'ai_only'),
    ('+15550100004', 'Harbor Bistro', 'marco@harborbistro.example', 'staged', 'stream',
     'ai_only'),
    ('+15550100005', 'Harbor Catering', 'marco@harborbistro.example', 'staged', 'gather',
     'ai_only'),
    ('+15550100006', 'Harbor Events', 'marco@harborbistro.example', 'staged', 'stream',
     'owner_first') $$, 'six clients of two owners, each for its purpose');
select results_eq($$ select email, role from frontdesk.users where email like '%.example'
                        and password_hash like '$argon2id$v=19$m=%'
                        and id < '00000000-0000-4000-8000-000000000010' order by id $$, $$ values
    ('admin@frontdesk.example', 'admin'), ('olivia@brightsmile.example', 'owner'),
    ('marco@harborbistro.example', 'owner'), ('manager@brightsmile.example', 'owner'),
    ('viewer@brightsmile.example', 'owner') $$, 'an admin and others who can log in');
select results_eq($$ select u.email, m.role from frontdesk.client_members m
                       join frontdesk.users u on u.id = m.user_id
                      where m.client_id = '00000000-0000-4000-8000-000000000101' order by u.id $$,
                  $$ values ('olivia@brightsmile.example', 'owner'),
                            ('manager@brightsmile.example', 'manager'),
                            ('viewer@brightsmile.example', 'viewer') $$,
                  'the dentist has a team');
select is((select array_agg(l.seconds order by d.phone_number) from demo d
             left join frontdesk.ledger l on l.client_id = d.id and l.reference = 'demo'),
          array[36000, 36000, null, 36000, 36000, 36000], 'balances were given once');
select is((select owner_phone from demo where phone_number = '+15550100006'), '+15550100999',
          'the owner who is called first has a phone');
select set_eq($$ select s.name, s.minutes from frontdesk.services s join demo d
                    on d.id = s.client_id where d.phone_number = '+15550100001' $$,
              $$ values ('cleaning', 30), ('checkup', 30), ('whitening', 60) $$,
              'services of the dentist');
select is((select count(*)::int from frontdesk.business_hours b join demo d on d.id = b.client_id
            where d.phone_number = '+15550100001' and b.opens = '09:00'), 7,
          'whose mornings are all open');
select set_has($$ select w.word from frontdesk.knowledge_entries k
                    join demo d on d.id = k.client_id cross join unnest(k.keywords) w (word)
                   where d.phone_number = '+15550100001' $$,
               $$ values ('parking'), ('insurance'), ('price'), ('address'), ('emergency'),
                         ('new patient'), ('payment'), ('cancellation policy') $$,
               'and who knows what callers ask');
select matches((select value from frontdesk.settings where key = 'twilio_account_sid'),
               '^AC[0-9a-f]{32}$', 'webhooks come from one account');

select * from finish();
rollback;
