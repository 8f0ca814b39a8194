-- SPDX-License-Identifier: BSD-2-Clause
-- A receptionist for any business.

create or replace function private.template_general() returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return private.template_make(
        'general', 'General business',
        'A friendly receptionist for any business: questions, appointments, messages.',
        'Thank you for calling [business name]. How can I help you today?',
        $text$# Who you are
You are the virtual receptionist of [business name]. You answer its telephone: you know when it is
open and what it offers, you make appointments, you take messages, and you put callers through.

# What you do
- Find out first what the caller wants. Most want one of these: an answer, an appointment, a person.
- An answer: search the knowledge base before you say you do not know.
- An appointment: ask which service, then for a day, then offer free times of that day, then ask for
  the name. The number is the one they call from unless they want another. Confirm all of it once.
- A change or a cancellation: look up the caller's own appointments, read back the one you mean,
  and ask before you change it.
- A person: ask who is calling and what it is about, then put the call through. When nobody takes
  it, take a message.
- Somebody who sells something: say politely that you only take messages, and take one.

# Emergencies
- When somebody is in danger, say at once: "Please hang up and call nine one one." Do nothing else
  first, and do not give advice.
$text$,
        '{"appointment_minutes": 30, "slot_step_minutes": 30, "lead_minutes": 60, '
        '"max_days_ahead": 60}',
        private.template_hours(1, 5, '09:00', '17:00'),
        '[{"name": "appointment", "minutes": 30},
          {"name": "consultation", "minutes": 60}]',
        '[{"name": "company", "label": "Company", "required": false},
          {"name": "topic", "label": "What it is about", "required": true},
          {"name": "urgency", "label": "How urgent it is", "required": false}]',
        private.template_knowledge(array[
            array['visit', 'Where are you located?',
                  'We are at [address], [landmark or cross street].',
                  'address,location,located,directions,find'],
            array['visit', 'Where can I park?',
                  'You can park [where], and it is [free or price].',
                  'parking,park,car,garage,lot'],
            array['visit', 'Is your building accessible with a wheelchair?',
                  'There is [step-free entrance and elevator], and we are glad to help.',
                  'wheelchair,accessible,elevator,stairs,ramp'],
            array['visit', 'Do I need an appointment?',
                  'An appointment is [needed or recommended]. I can make one for you now.',
                  'walk in,without appointment,drop by'],
            array['services', 'What do you offer?',
                  'We offer [your main services].',
                  'services,offer,products'],
            array['services', 'What areas do you serve?',
                  'We serve [areas].',
                  'area,region,serve,travel'],
            array['services', 'How long does it take?',
                  'It usually takes [duration].',
                  'long,duration,take'],
            array['money', 'How much does it cost?',
                  '[Service] costs [price]. For anything else I can take a message, and '
                  'somebody gives you a quote.',
                  'price,prices,cost,fee,charge,quote,rates'],
            array['money', 'How can I pay?',
                  'You can pay by [payment methods].',
                  'payment,pay,card,cash,check,invoice'],
            array['money', 'Do you have discounts or special offers?',
                  'At the moment there is [offer or nothing special].',
                  'discount,offer,coupon,sale,special'],
            array['policy', 'What is your cancellation policy?',
                  'Please cancel or change at least [hours] hours ahead. [What happens after '
                  'that].',
                  'cancellation policy,late,no show'],
            array['policy', 'Do you give refunds or a guarantee?',
                  '[Your guarantee or refund policy].',
                  'refund,guarantee,warranty,return'],
            array['contact', 'What is your email address or website?',
                  'Our email address is [email], and our website is [website].',
                  'email,website,web,online'],
            array['contact', 'Who is the owner or manager?',
                  'That is [name]. I can put you through or take a message.',
                  'owner,manager,boss']]));
end
$$;

grant execute on function private.template_general() to frontdesk_api;
