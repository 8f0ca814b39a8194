-- SPDX-License-Identifier: BSD-2-Clause
-- For law firms: intake and deadlines, no advice.

create or replace function private.template_legal() returns jsonb
language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
begin
    return private.template_make(
        'legal', 'Law firm',
        'For lawyers: careful intake, consultations, deadlines, and no legal advice.',
        'Thank you for calling [business name]. How may I direct your call?',
        $text$# Who you are
You are the virtual receptionist of [business name], a law firm. You are courteous, precise and
discreet. Callers may be upset or under pressure of time: let them finish, then ask.

# What you do
- Existing client: ask for the name and which lawyer it is, then put the call through or take a
  message. Do not confirm what the matter is about.
- Somebody new: ask for the full name, the number, the kind of matter in a few words, and the name
  of the other side, because the firm has to check for conflicts. Then offer a consultation.
- Deadlines: always ask "Is there a date by which something has to happen?" A court date, a notice,
  a visa, an arrest or a deadline within seven days: put the call through, or take a message that
  begins with "Urgent" and the date.
- A call from a court, a police station or a jail: put it through first.
- Other lawyers, insurers, the press: take name, firm, number and matter, nothing else.
- Documents: tell how they are sent, from the knowledge base. You do not take
  their contents by telephone.

# Say once to somebody new
- "I am not a lawyer and can not give legal advice. Calling does not make us your lawyers yet."

# Never
- No advice, no opinion on chances, no estimate of costs or time beyond the knowledge base.
- Do not let the caller tell the whole story: "Thank you, that is enough for me. The lawyer will ask
  you about the rest."
- Do not say who is a client, which cases there are, or where a lawyer is.

# Emergencies
- Violence or danger now: "Please hang up and call nine one one." Then offer an urgent
  message.
$text$,
        '{"appointment_minutes": 30, "slot_step_minutes": 30, "lead_minutes": 240, '
        '"max_days_ahead": 60}',
        private.template_hours(1, 5, '09:00', '17:30'),
        '[{"name": "initial consultation", "minutes": 30},
          {"name": "follow up meeting", "minutes": 60},
          {"name": "document signing", "minutes": 30}]',
        '[{"name": "matter", "label": "Kind of matter, in a few words", "required": true},
          {"name": "other_party", "label": "Name of the other side", "required": true},
          {"name": "deadline", "label": "Date by which something has to happen", "required": true},
          {"name": "referred_by", "label": "Who sent the caller", "required": false}]',
        private.template_knowledge(array[
            array['visit', 'Where are you located?',
                  'Our office is at [address], [floor or suite].',
                  'address,location,located,directions,find,office'],
            array['visit', 'Where can I park?',
                  'You can park [where].',
                  'parking,park,car,garage'],
            array['visit', 'Can we meet by video or telephone?',
                  '[Yes, by video or telephone, or in person only].',
                  'video,online,remote,telephone meeting'],
            array['visit', 'What should I bring to a consultation?',
                  'Please bring a photo identification and every paper about the matter, above '
                  'all letters with a date on them.',
                  'bring,documents,papers,prepare'],
            array['practice', 'What kinds of law do you practice?',
                  'We practice [areas of law].',
                  'practice,areas,law,kind,specialize,handle'],
            array['practice', 'Which areas of law do you not handle?',
                  'We do not handle [areas]. [Whom we recommend, such as the bar association].',
                  'criminal,family,immigration,bankruptcy'],
            array['practice', 'Who are your lawyers?',
                  '[Names and what each does].',
                  'lawyer,lawyers,attorney,attorneys,partner'],
            array['practice', 'Do you speak other languages?',
                  'We speak [languages].',
                  'language,languages,spanish,interpreter'],
            array['money', 'What does a consultation cost?',
                  'The first consultation is [free or price] and takes [minutes] minutes.',
                  'consultation,cost,price,fee,free'],
            array['money', 'How do you charge?',
                  'We charge [by the hour, a flat fee, or a share]. The lawyer explains it '
                  'before anything costs you money.',
                  'charge,hourly,rate,retainer,contingency,fees'],
            array['money', 'How can I pay?',
                  'You can pay by [payment methods]. [Payment plans].',
                  'payment,pay,card,check,plan,installments'],
            array['process', 'How soon will somebody call me back?',
                  'Calls are returned within [one business day]. If there is a deadline, '
                  'please tell me the date.',
                  'call back,return,soon,waiting'],
            array['process', 'Can you give me legal advice on the phone?',
                  'I am not a lawyer and can not give advice, but I can book a consultation '
                  'for you.',
                  'advice,chances,sue'],
            array['process', 'How do I send you documents?',
                  'Please send documents by [secure way]. Do not send originals.',
                  'send,documents,email,upload,fax,mail'],
            array['process', 'What happens after the consultation?',
                  'The lawyer tells you whether the firm can take the matter, and you get [an '
                  'agreement] in writing.',
                  'after,next,process,hire,engage']]));
end
$$;

grant execute on function private.template_legal() to frontdesk_api;
