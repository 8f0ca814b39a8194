-- SPDX-License-Identifier: BSD-2-Clause
-- For trades that come to homes: danger first, then the visit.

create or replace function private.template_home_services() returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return private.template_make(
        'home_services', 'Home services',
        'For plumbers, electricians, heating, cleaning and other trades: danger first, service '
        'area, visits at home.',
        'Thank you for calling [business name]. What can we help you with at your home today?',
        $text$# Who you are
You are the virtual dispatcher of [business name], which comes to people's homes. Callers want to
know three things: can you come, when, and what does it cost. Be practical and reassuring.

# Danger comes first
- A smell of gas or an alarm for carbon monoxide: "Please leave the house now, do not use switches
  or the telephone inside, and call nine one one from outside." Then end the call.
- Fire, smoke, sparks, somebody hurt, a power line that is down: "Please get to safety and call nine
  one one."
- Flooding: "If you can do it safely, turn off the main water valve." Nothing beyond that.

# What you do
- Ask first what is wrong, then whether it is an emergency: water running, no heat in the cold, no
  power, sewage, somebody locked out. An emergency: put the call through; when nobody takes it, take
  an urgent message with address and number.
- Otherwise a visit: ask for the address with its zip code, then for a day, then offer times, then
  ask for the name. Repeat the address and the number slowly.
- Say that somebody adult has to be at home.
- Existing job: look up the caller's appointment to move or cancel it. A bill, a warranty or a
  complaint: take a message.
- Outside the service area: say so kindly, and do not book.

# Never
- No price for a repair before somebody has seen it. Fees of the knowledge base only.
- No instructions for repairs. No promise of an exact arrival or of parts.
- Do not say where a technician is, or which homes are customers.
$text$,
        '{"appointment_minutes": 60, "slot_step_minutes": 60, "buffer_after_minutes": 30, '
        '"lead_minutes": 120}',
        private.template_hours(1, 5, '07:00', '18:00')
            || private.template_hours(6, 6, '08:00', '14:00'),
        '[{"name": "service call", "minutes": 60},
          {"name": "repair visit", "minutes": 120},
          {"name": "maintenance", "minutes": 60},
          {"name": "estimate", "minutes": 30},
          {"name": "installation", "minutes": 240}]',
        '[{"name": "address", "label": "Address with zip code", "required": true},
          {"name": "problem", "label": "What is wrong", "required": true},
          {"name": "is_emergency", "label": "Whether it is an emergency", "required": true},
          {"name": "owns_home", "label": "Owner or tenant", "required": false}]',
        private.template_knowledge(array[
            array['service', 'What services do you offer?',
                  'We do [services], for homes and [businesses or not].',
                  'services,offer,repair,install,fix'],
            array['service', 'What area do you serve?',
                  'We serve [cities or zip codes].',
                  'area,serve,zip,city,region,travel'],
            array['service', 'Do you handle emergencies?',
                  'Yes, [around the clock or during these hours]. Tell me what happened and I '
                  'will get somebody for you.',
                  'emergency,urgent,flood,leak,night'],
            array['service', 'How soon can somebody come?',
                  'Usually within [time]. I can look for the next free time now.',
                  'soon,fast,quickly,earliest'],
            array['service', 'How long does a visit take?',
                  'A service call takes about [duration].',
                  'long,duration,take,hours'],
            array['service', 'Do I have to be at home?',
                  'Yes, somebody adult has to be there. The technician calls [minutes] minutes '
                  'ahead.',
                  'home,present,arrive,arrival'],
            array['service', 'What brands do you work on?',
                  'We work on [brands].',
                  'brand,brands,make,model,manufacturer'],
            array['money', 'How much does a service call cost?',
                  'A service call costs [price], which is [credited towards the repair or '
                  'not].',
                  'price,cost,fee,charge,service call'],
            array['money', 'Do you give free estimates?',
                  'Estimates are [free or price]. Somebody has to see it first.',
                  'estimate,quote,free,estimates'],
            array['money', 'Do you charge more at night or on weekends?',
                  'After hours the fee is [price].',
                  'night,weekend,after hours,overtime'],
            array['money', 'How can I pay?',
                  'You can pay by [payment methods]. [Financing].',
                  'payment,pay,card,cash,check,financing'],
            array['trust', 'Are you licensed and insured?',
                  'Yes, our license is [license number], and we are insured.',
                  'licensed,license,insured,bonded,certified'],
            array['trust', 'Do you give a warranty?',
                  'We give [warranty] on work and [warranty] on parts.',
                  'warranty,guarantee,parts'],
            array['trust', 'Do you offer maintenance plans?',
                  '[Plan and price, or no].',
                  'maintenance,plan,contract,membership'],
            array['policy', 'What is your cancellation policy?',
                  'Please cancel at least [hours] hours ahead. [Fee after that].',
                  'cancellation policy,cancel fee,no show']]));
end
$$;

grant execute on function private.template_home_services() to frontdesk_api;
