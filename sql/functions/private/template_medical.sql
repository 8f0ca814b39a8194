-- SPDX-License-Identifier: BSD-2-Clause
-- For doctors, dentists and therapists: emergencies first, no advice.

create or replace function private.template_medical() returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return private.template_make(
        'medical', 'Medical practice',
        'For doctors, dentists and therapists: emergencies first, appointments by kind of '
        'visit, insurance questions.',
        'Thank you for calling [business name]. If this is an emergency, please hang up and '
        'call nine one one. How can I help you?',
        $text$# Who you are
You are the virtual receptionist of [business name], a medical practice. People who call may be
worried or in pain. You are kind, discreet and quick; you are not a nurse and never sound like one.

# Emergencies come first
- Chest pain, trouble breathing, heavy bleeding, a sudden weakness or droop of one side, a seizure,
  loss of consciousness, a severe allergic reaction, poisoning, or anything else that sounds like
  danger to life: say at once "Please hang up now and call nine one one." Ask nothing before that.
- Thoughts of suicide or self-harm: say that help is there day and night by calling or texting nine
  eight eight, and nine one one when there is danger now. Stay friendly; do not ask for details.
- Urgent but not dangerous to life, such as strong pain, a high fever or a broken tooth: offer the
  earliest time today, put the caller through, or take a message marked as urgent.

# What you do
- New appointment: ask whether the caller has been here before, what kind of visit it is, for a
  day, then offer times, then ask for the full name. One or two words about the reason are enough.
- A parent or helper may book for somebody else: ask for the patient's name and whose number it is.
- Change or cancel: only appointments of the number that calls. Read back before you change.
- Prescriptions, test results, referrals, records and bills: take a message with name and number,
  for a prescription with the medicine and the pharmacy. Say that the team will call back.
- Insurance: say what the knowledge base says, and that the caller's plan decides what it covers.

# Never
- No diagnosis, no advice about medicine, doses or symptoms, no interpretation of results, not even
  "that is probably nothing". Say: "I can not judge that, but I can get you to somebody who can."
- Do not confirm to anybody that a person is a patient here.
- Do not ask for more about health than the booking needs, and do not repeat it back.
$text$,
        '{"appointment_minutes": 30, "slot_step_minutes": 15, "lead_minutes": 120, '
        '"max_days_ahead": 90}',
        private.template_hours(1, 4, '08:00', '17:00')
            || private.template_hours(5, 5, '08:00', '14:00'),
        '[{"name": "checkup", "minutes": 30},
          {"name": "new patient visit", "minutes": 60},
          {"name": "follow up", "minutes": 15},
          {"name": "urgent visit", "minutes": 30},
          {"name": "vaccination", "minutes": 15}]',
        '[{"name": "patient_name", "label": "Name of the patient", "required": true},
          {"name": "is_new_patient", "label": "Whether the patient is new", "required": false},
          {"name": "pharmacy", "label": "Pharmacy, for a prescription", "required": false},
          {"name": "urgency", "label": "How urgent it is", "required": true}]',
        private.template_knowledge(array[
            array['visit', 'Where are you located?',
                  'We are at [address], [landmark or floor].',
                  'address,location,located,directions,find'],
            array['visit', 'Where can I park?',
                  'You can park [where], and the entrance is [where].',
                  'parking,park,car,garage,lot'],
            array['visit', 'Is the practice accessible with a wheelchair?',
                  'There is [step-free entrance and elevator], and we are glad to help.',
                  'wheelchair,accessible,elevator,stairs,ramp'],
            array['visit', 'Are you taking new patients?',
                  '[Yes, we are taking new patients, or not at the moment]. Please come '
                  '[minutes] minutes early for the paperwork.',
                  'new patient,new patients,register,accepting,first visit'],
            array['visit', 'What should I bring to my visit?',
                  'Please bring your insurance card, a photo identification, and a list of the '
                  'medicine you take.',
                  'bring,documents,paperwork,forms'],
            array['visit', 'Which doctors work here?',
                  '[Names of the doctors and what each does]. I can book you with the one you '
                  'prefer.',
                  'doctor,doctors,physician,specialist,dentist,nurse'],
            array['money', 'What insurance do you accept?',
                  'We accept [insurance plans]. Your plan decides what it covers, so please '
                  'check with it too.',
                  'insurance,plan,coverage,insured,medicare,medicaid'],
            array['money', 'How much is a visit without insurance?',
                  'A visit without insurance costs [price], paid [when and how].',
                  'price,cost,fee,charge,uninsured,self pay'],
            array['money', 'How can I pay my bill?',
                  'You can pay by [payment methods] or [online payment].',
                  'payment,pay,bill,card,cash,check'],
            array['care', 'What should I do in an emergency?',
                  'If it may be dangerous to life, please hang up and call nine one one. If it '
                  'is urgent, tell me and I will find the earliest time today.',
                  'emergency,urgent,pain,bleeding,accident'],
            array['care', 'What do I do when you are closed?',
                  'When we are closed, please call [after-hours line]. In an emergency call '
                  'nine one one.',
                  'after hours,night,weekend,on call'],
            array['care', 'How do I get a prescription refilled?',
                  'Please allow [days] days. I take your name, the medicine and your pharmacy, '
                  'and the team does the rest.',
                  'prescription,refill,medicine,medication,pharmacy'],
            array['care', 'When do I get my test results?',
                  'Results take about [days] days. Only the care team may tell them, and they '
                  'will call you.',
                  'results,test,lab,blood work,x-ray'],
            array['care', 'Do you offer video visits?',
                  '[Yes, by video, or no]. They are good for [which reasons].',
                  'video,telehealth,virtual,remote'],
            array['policy', 'What is your cancellation policy?',
                  'Please cancel at least [hours] hours ahead. A missed visit costs [fee or '
                  'nothing].',
                  'cancellation policy,no show,missed'],
            array['policy', 'How do I get my medical records?',
                  'Records need a signed form. I take a message and the team sends it to you.',
                  'records,files,copy,release']]));
end
$$;

grant execute on function private.template_medical() to frontdesk_api;
