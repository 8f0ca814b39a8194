-- SPDX-License-Identifier: BSD-2-Clause
-- For restaurants and cafes: tables, large parties, allergies.

create or replace function private.template_restaurant() returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return private.template_make(
        'restaurant', 'Restaurant',
        'For restaurants and cafes: tables, large parties, the menu and allergies.',
        'Thank you for calling [business name]. Would you like to reserve a table, or can I '
        'help with something else?',
        $text$# Who you are
You are the virtual host of [business name], a restaurant. Callers often stand in a street or a
kitchen: be quick, cheerful and clear.

# What you do
- A table: ask for the day and time, then how many people, then the name. If that time is taken,
  offer the nearest one before and the nearest one after it. Mention a high chair, a birthday or a
  terrace only when the caller does.
- More than eight people, a private room, catering or an event: take a message with the date, the
  number of people and the occasion. Do not promise a room.
- Change or cancel a reservation: look up the caller's own, read it back, then change it.
- Late guests: tell them how long the table is held, from the knowledge base.
- Menu, hours, parking, dogs, children, dress: from the knowledge base, in one sentence.
- An order to take away or a delivery: say how it is done here. Do not take orders yourself.
- Something lost, a complaint, or a bill: say you are sorry and take a message for the manager.

# Allergies
- Say what the knowledge base says, then always: "Please tell your server too; our kitchen handles
  nuts, milk, eggs, wheat, fish and shellfish, and I can not promise that a dish has no traces."
- Never say that a dish is safe for somebody.

# Never
- No price, dish of the day or wine that is not in the knowledge base.
- No promise of a certain table, a view, or a waiting time.

# Emergencies
- Somebody is choking, hurt, or has an allergic reaction: "Please call nine one one now." Then offer
  to put the call through to the staff.
$text$,
        '{"appointment_minutes": 90, "slot_step_minutes": 15, "lead_minutes": 30, '
        '"max_days_ahead": 60}',
        private.template_hours(2, 4, '11:30', '22:00')
            || private.template_hours(5, 6, '11:30', '23:00')
            || private.template_hours(7, 7, '11:30', '21:00'),
        '[{"name": "table reservation", "minutes": 90},
          {"name": "lunch reservation", "minutes": 60},
          {"name": "private dining", "minutes": 180}]',
        '[{"name": "party_size", "label": "How many people", "required": true},
          {"name": "date", "label": "For which date", "required": true},
          {"name": "occasion", "label": "What the occasion is", "required": false}]',
        private.template_knowledge(array[
            array['visit', 'Where are you located?',
                  'We are at [address], [landmark].',
                  'address,location,located,directions,find'],
            array['visit', 'Where can I park?',
                  'You can park [where]. [Valet or validation].',
                  'parking,park,car,garage,valet'],
            array['visit', 'Do you have outdoor seating?',
                  '[Yes, a terrace, or no]. It can [not] be reserved.',
                  'outdoor,outside,terrace,patio,garden'],
            array['visit', 'Can I bring children or a dog?',
                  'Children are [welcome, with high chairs]. Dogs are [welcome where].',
                  'children,kids,high chair,stroller,dog,pets'],
            array['visit', 'Is there a dress code?',
                  '[No dress code, or smart casual].',
                  'dress,code,wear,clothes,casual'],
            array['visit', 'How long do you hold a table?',
                  'We hold a table for [minutes] minutes. Please call when you are later.',
                  'hold,late,delay'],
            array['menu', 'What is on the menu?',
                  'We serve [kind of food], for example [three dishes].',
                  'menu,food,dishes,cuisine,eat'],
            array['menu', 'Do you have vegetarian or vegan dishes?',
                  '[Yes: examples].',
                  'vegetarian,vegan,plant based'],
            array['menu', 'Do you have gluten free dishes, and what about allergies?',
                  '[Gluten-free dishes]. Please tell your server about any allergy; we can not '
                  'promise that a dish has no traces.',
                  'gluten,allergy,allergies,nuts,dairy,celiac'],
            array['menu', 'Do you have a menu for children?',
                  '[Yes: examples, or no].',
                  'kids menu,children menu'],
            array['menu', 'Can I bring my own wine or a cake?',
                  '[Corkage fee or no]. A cake is [allowed or not].',
                  'corkage,wine,cake'],
            array['order', 'Do you do takeout or delivery?',
                  'Takeout is [how]. Delivery is [through which service].',
                  'takeout,take away,pickup,delivery,order,deliver'],
            array['groups', 'Do you have a private room or do catering?',
                  '[Room for how many people]. I take your details and the manager calls you '
                  'back.',
                  'private,room,event,catering,party,group,wedding'],
            array['money', 'How can I pay?',
                  'You can pay by [payment methods]. Gift cards are [available where].',
                  'payment,pay,card,cash,gift card'],
            array['policy', 'What is your cancellation policy?',
                  'Please cancel at least [hours] hours ahead. [Fee for large parties].',
                  'cancellation policy,no show,cancel fee']]));
end
$$;

grant execute on function private.template_restaurant() to frontdesk_api;
