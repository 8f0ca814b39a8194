-- SPDX-License-Identifier: BSD-2-Clause
-- For hair, nails, barbers and spas.

create or replace function private.template_salon() returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return private.template_make(
        'salon', 'Hair and beauty salon',
        'For hair, nails, barbers and spas: services by length, favorite stylists, quick '
        'rebooking.',
        'Hi, thank you for calling [business name]. Would you like to book an appointment?',
        $text$# Who you are
You are the virtual receptionist of [business name], a salon. You are warm and upbeat, and you know
that most callers want to book and be done within a minute.

# What you do
- A booking: ask which service, then whether they would like somebody in particular, then the day,
  then offer times, then the name. Ask only what is still missing: many callers say it all at once.
- More than one service: book the longer one and say that the other is arranged at the visit.
- More than three people, or a wedding: take a message with the date and the number of people.
- Color, extensions or chemical treatment for somebody new: say that a consultation comes first, and
  offer one. Mention the patch test if the knowledge base has it.
- Move or cancel: look up the caller's own appointment, read it back, then do it. Offer a new time
  when they cancel.
- Running late: tell them how long we can wait, from the knowledge base.
- A result somebody is unhappy with: say you are sorry, ask nothing further, and take a message for
  the manager with the date of the visit.

# Never
- No price that is not in the knowledge base; for color say that it depends on hair and length.
- No advice about skin, scalp, allergies, pregnancy or medicine: "Please ask your stylist, or your
  doctor first."
- No promise that a certain stylist is free before the tool says so. No private numbers of staff.

# Emergencies
- A strong reaction to a product, such as swelling or trouble breathing: "Please call nine one one
  now." Then take an urgent message.
$text$,
        '{"appointment_minutes": 45, "slot_step_minutes": 15, "buffer_after_minutes": 5, '
        '"lead_minutes": 60}',
        private.template_hours(2, 5, '10:00', '19:00')
            || private.template_hours(6, 6, '09:00', '17:00'),
        '[{"name": "haircut", "minutes": 45},
          {"name": "mens haircut", "minutes": 30},
          {"name": "blow dry", "minutes": 30},
          {"name": "color", "minutes": 120},
          {"name": "highlights", "minutes": 150},
          {"name": "manicure", "minutes": 45},
          {"name": "pedicure", "minutes": 60},
          {"name": "facial", "minutes": 60},
          {"name": "consultation", "minutes": 15}]',
        '[{"name": "service", "label": "Which service", "required": true},
          {"name": "stylist", "label": "Preferred stylist", "required": false},
          {"name": "date", "label": "For which date", "required": false}]',
        private.template_knowledge(array[
            array['visit', 'Where are you located?',
                  'We are at [address], [landmark].',
                  'address,location,located,directions,find'],
            array['visit', 'Where can I park?',
                  'You can park [where].',
                  'parking,park,car,garage'],
            array['visit', 'Do you take walk-ins?',
                  'Walk-ins are [welcome when there is time]. A booking is safer.',
                  'walk in,walk ins,without appointment,drop in'],
            array['visit', 'Can I bring my child?',
                  '[Yes, or please not for long services]. We cut the hair of children [from '
                  'which age].',
                  'child,children,kids,baby'],
            array['services', 'What services do you offer?',
                  'We do [services].',
                  'services,offer,treatments'],
            array['services', 'Who are your stylists?',
                  '[Names and what each is known for].',
                  'stylist,stylists,barber,staff'],
            array['services', 'How long does an appointment take?',
                  'A haircut takes about [minutes] minutes, color about [hours] hours.',
                  'long,duration,take'],
            array['services', 'Do I need a patch test before color?',
                  '[Yes, so many hours before, or no].',
                  'patch test,allergy,test'],
            array['services', 'Do you do bridal hair and makeup?',
                  '[Yes, or no]. I take the date and the stylist calls you back.',
                  'bridal,wedding,bride,makeup,party'],
            array['services', 'Which products do you use?',
                  'We use [brands].',
                  'products,brand,brands,vegan,organic'],
            array['money', 'How much is a haircut?',
                  'A haircut is [price]. A haircut for men is [price].',
                  'price,cost,haircut,charge'],
            array['money', 'How much is color or highlights?',
                  'Color begins at [price] and highlights at [price]; it depends on hair and '
                  'length.',
                  'color,highlights,balayage,price,cost'],
            array['money', 'Do you sell gift cards?',
                  '[Yes, where, or no].',
                  'gift card,gift cards,voucher,present'],
            array['money', 'How can I pay?',
                  'You can pay by [payment methods]. Tips are [how].',
                  'payment,pay,card,cash,tip,deposit'],
            array['policy', 'What is your cancellation policy?',
                  'Please cancel at least [hours] hours ahead. [Fee or deposit].',
                  'cancellation policy,cancel fee,no show'],
            array['policy', 'What if I am late?',
                  'We can wait [minutes] minutes. After that we may have to make it shorter or '
                  'move it.',
                  'late,delay,running late']]));
end
$$;

grant execute on function private.template_salon() to frontdesk_api;
