/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_CLUES_H
#define DIALOGUE_BUILTIN_CLUES_H

/* What callers say, as patterns: tables of builtin_intent.c alone. */

/* clang-format off */
static const clue_t clues[] = {
    { BUILTIN_RESCHEDULE, 20, "reschedule|rescheduling|rescheduled|rebook" },
    { BUILTIN_RESCHEDULE, 18, "move|change|shift|push|switch|swap|bring|delay|"
      "postpone|modify|adjust * appointment|appointments|booking|reservation|"
      "visit" },
    { BUILTIN_RESCHEDULE, 14, "postpone|postponing" },
    { BUILTIN_RESCHEDULE, 12, "move|change|shift|switch|push it|mine|me|that "
      "to|back|forward|up" },
    { BUILTIN_RESCHEDULE, 12, "change|move my|the time|date|day|slot" },
    { BUILTIN_RESCHEDULE, 16, "different|another|new|other|later|earlier time|"
      "day|date|slot for my" },
    { BUILTIN_RESCHEDULE, 16, "come|make|do|have|take|get * another|different|"
      "later|earlier day|time|date instead" },
    { BUILTIN_RESCHEDULE, 16, "appointment * earlier|later|another|different|"
      "instead" },
    { BUILTIN_RESCHEDULE, 12, "can not make|do|come * another|different|later|"
      "move" },
    { BUILTIN_RESCHEDULE, 14, "my appointment to|from" },
    { BUILTIN_RESCHEDULE, 24, "change|move|switch|alter the time|date|day|"
      "hour of|for my|our|the" },
    { BUILTIN_RESCHEDULE, 14, "change|move it|that|mine to|for" },
    { BUILTIN_RESCHEDULE, 18, APPOINTMENT " moved|changed|rescheduled|pushed|"
      "switched|shifted" },
    { BUILTIN_RESCHEDULE, 20, "come|in|at|make|do * instead of" },
    { BUILTIN_RESCHEDULE, 18, "come|make * on|at|in * instead" },
    { BUILTIN_RESCHEDULE, 18, "will not make|be * on|at|in * can|could" },
    { BUILTIN_RESCHEDULE, 14, "to|can|could|please * move|change|shift|push "
      "it|that|mine $" },
    { BUILTIN_RESCHEDULE, 16, "push|move|shift|postpone|delay|reschedule my|"
      "our" },
    { BUILTIN_RESCHEDULE, 8, "something came up" },
    { BUILTIN_RESCHEDULE, 18, APPOINTMENT " * be|needs|been|is moved|changed|"
      "rescheduled|pushed|postponed" },
    { BUILTIN_RESCHEDULE, 20, "can not make|come * * another|different|later|"
      "instead|move|other" },
    { BUILTIN_RESCHEDULE, 14, "make|have|get|take my|our " APPOINTMENT
      " earlier|later|sooner|another" },

    { BUILTIN_CANCEL, 16, "cancel|canceling|cancelling|canceled|cancelled" },
    { BUILTIN_CANCEL, 20, "cancel|canceling|cancelling|canceled|cancelled * "
      "appointment|appointments|booking|reservation|visit|it|mine|table" },
    { BUILTIN_CANCEL, 18, "call off my|the|our" },
    { BUILTIN_CANCEL, 18, "call my|the|our|it * off" },
    { BUILTIN_CANCEL, 18, "drop|scrap|delete|remove|undo|scratch * "
      "appointment|booking|reservation|visit" },
    { BUILTIN_CANCEL, 18, "get|take rid|out of|off? * appointment|booking|"
      "reservation" },
    { BUILTIN_CANCEL, 18, "not need|want|keep * appointment|booking|"
      "reservation|visit" },
    { BUILTIN_CANCEL, 16, "will|am|are not coming|be|able|come|going|show * "
      "coming|appointment|come|make|tomorrow|today|reservation" },
    { BUILTIN_CANCEL, 16, "not be|going able|coming|to * make|come|attend|"
      "coming" },
    { BUILTIN_CANCEL, 16, "can not make|come|attend|keep it|in|to|my|the|our" },
    { BUILTIN_CANCEL, 18, "no longer need|want|able|coming|make" },
    { BUILTIN_CANCEL, 18, "take me|us off" },
    { BUILTIN_CANCEL, 22, "take my|our name|appointment off" },

    { BUILTIN_LIST, 18, "when|what|which * is|are|was|were my|our * "
      "" APPOINTMENT },
    { BUILTIN_LIST, 18, "what|which|when * " APPOINTMENT " * i|we have|got|"
      "booked|made" },
    { BUILTIN_LIST, 18, "what|which " APPOINTMENT " do|have i|we" },
    { BUILTIN_LIST, 18, "do|have i|we have|got * " APPOINTMENT "|anything|"
      "something" },
    { BUILTIN_LIST, 18, "check|confirm|verify|find|see|know|forgot|forgotten|"
      "list|tell|remember|look|double * my|our * " APPOINTMENT },
    { BUILTIN_LIST, 14, "my|our next|upcoming|existing|current|future|other "
      "" APPOINTMENT },
    { BUILTIN_LIST, 18, "time|day|date * is|was my|our * " APPOINTMENT },
    { BUILTIN_LIST, 16, "when do|am|are|should|was|is i|we * come|coming|"
      "booked|scheduled|supposed|see|seeing" },
    { BUILTIN_LIST, 18, "am|are i|we * booked|scheduled|down|coming" },
    { BUILTIN_LIST, 24, "the time|day|date of my|our" },
    { BUILTIN_LIST, 20, "what|when|which|did did? i|we * book|schedule|"
      "reserve|make" },
    { BUILTIN_LIST, 20, "what|when|which i|we * have|am|are * booked|"
      "scheduled|down" },
    { BUILTIN_LIST, 20, "time|when|day i|we am|are coming|booked|scheduled|"
      "due|supposed" },
    { BUILTIN_LIST, 16, "remind me * " APPOINTMENT },
    { BUILTIN_LIST, 16, "time|day * am|do i supposed|booked|scheduled|come|"
      "coming" },
    { BUILTIN_LIST, 12, "have|got|see me|us|something|anything * down|booked|"
      "scheduled|name" },
    { BUILTIN_LIST, 14, "read|list|give me? my|all " APPOINTMENT "|my" },
    { BUILTIN_LIST, 14, "when|time|what|day my|our next? " APPOINTMENT },
    { BUILTIN_LIST, 12, "i|we have|got a|an|one|something * * booked|already|"
      "one" },
    { BUILTIN_LIST, 6, "my|our * " APPOINTMENT },
    { BUILTIN_LIST, 16, "is my|our|the " APPOINTMENT " * still|confirmed|on|"
      "tomorrow|today" },

    { BUILTIN_MESSAGE, 18, "leave|take|give|pass|send|deliver|record * "
      "message|massage|note|voicemail" },
    { BUILTIN_MESSAGE, 18, "call|phone|ring|text me|us|him|her back" },
    { BUILTIN_MESSAGE, 16, "callback|callbacks" },
    { BUILTIN_MESSAGE, 18, "give me|us|him|her a call|ring|callback" },
    { BUILTIN_MESSAGE, 18, "that|i|we i? called $" },
    { BUILTIN_MESSAGE, 16, "a call back" },
    { BUILTIN_MESSAGE, 18, "have|ask|tell|get|let|make * call|calls|ring|"
      "phone|contact|text me|us" },
    { BUILTIN_MESSAGE, 18, "someone|somebody|anyone|doctor|dentist|manager|"
      "they|he|she|you * call|contact|phone|ring|text me|us" },
    { BUILTIN_MESSAGE, 18, "can|could|would|please|will|should|and call|"
      "contact|phone|ring me|us" },
    { BUILTIN_MESSAGE, 18, "get back to me|us" },
    { BUILTIN_MESSAGE, 18, "tell|inform|let|notify the|doctor|my|your|him|her|"
      "them|mister|dentist|manager|staff|chef * that|know|i|we|about" },
    { BUILTIN_MESSAGE, 18, "tell|let|inform doctor|them|him|her * that|know|i|"
      "we|to" },
    { BUILTIN_MESSAGE, 12, "returning|missed * call" },
    { BUILTIN_MESSAGE, 8, "message|voicemail" },
    { BUILTIN_MESSAGE, 16, "reach|contact|call me at|on|later|tomorrow" },
    { BUILTIN_MESSAGE, 18, "pass|relay it|this|that|message|word * to|on|"
      "along" },

    { BUILTIN_TRANSFER, 18, "speak|talk|chat|speaking|talking|spoke|spear to|"
      "with|two|too * " PERSON },
    { BUILTIN_TRANSFER, 18, "transfer|connect|patch|forward|redirect|switch "
      "me|us|my|this|the" },
    { BUILTIN_TRANSFER, 18, "put|pass me|us * through|on|to|over" },
    { BUILTIN_TRANSFER, 18, "real|live|actual|human person|human|being|agent|"
      "operator|people|receptionist" },
    { BUILTIN_TRANSFER, 18, "is|are doctor|mister|mrs|miss * available|in|"
      "there|around|free" },
    { BUILTIN_TRANSFER, 22, "get|be|getting|put in touch|contact" },
    { BUILTIN_TRANSFER, 18, "connected|transferred|forwarded|switched to" },
    { BUILTIN_TRANSFER, 18, "get|give|find|pass me * manager|human|person|"
      "owner|operator|receptionist|agent" },
    { BUILTIN_TRANSFER, 14, "operator|representative|supervisor" },
    { BUILTIN_TRANSFER, 16, "is the|a|your|doctor|there|anyone|someone|"
      "anybody|somebody * doctor|dentist|manager|owner|someone|anyone|human|"
      "person|chef|available|there|in|around * available|there|in|around|here|"
      "free|speak|talk|help|to" },
    { BUILTIN_TRANSFER, 14, "can|could|may|might i|we * speak|talk|chat" },
    { BUILTIN_TRANSFER, 14, "want|like|need|prefer|rather|trying|try|have to? "
      "speak|talk|chat|reach" },
    { BUILTIN_TRANSFER, 14, "let me speak|talk" },
    { BUILTIN_TRANSFER, 14, "get|give|want|need|find me? a|the|an|some? human|"
      "person|manager|owner|doctor|dentist|someone|somebody|operator|agent" },
    { BUILTIN_TRANSFER, 10, "^ the|a? manager|human|person|doctor|dentist|"
      "owner|agent|reception|receptionist please? $" },
    { BUILTIN_TRANSFER, 12, "reach|get a|the|some hold|in|touch|of|with? * "
      "" PERSON },
    { BUILTIN_TRANSFER, 14, "not * robot|machine|computer|bot" },
    { BUILTIN_TRANSFER, 12, "someone|somebody else" },
    { BUILTIN_TRANSFER, 14, "someone|somebody|anybody|person who|that|i can|"
      "could" },
    { BUILTIN_TRANSFER, 12, "can|could|may i get|have * manager|doctor|"
      "dentist|owner|person" },

    { BUILTIN_HOURS, 16, "opening|business|working|office|store|operating|"
      "regular|normal|weekend|holiday|clinic|restaurant|shop hours|times|time|"
      "hour|ours" },
    { BUILTIN_HOURS, 14, "your|the hours|ours" },
    { BUILTIN_HOURS, 14, "what|which hours|ours" },
    { BUILTIN_HOURS, 8, "what|tell|know * your|you|the hours|ours" },
    { BUILTIN_HOURS, 14, "are you|your|the hours|ours" },
    { BUILTIN_HOURS, 16, "monday|friday|saturday|sunday|weekend|holiday|"
      "today's|evening hours|ours" },
    { BUILTIN_HOURS, 14, "hours of|for|on|today|tomorrow|operation" },
    { BUILTIN_HOURS, 10, "^ hours" },
    { BUILTIN_HOURS, 16, "are|is you|they|it|we|office|the|place|clinic|"
      "restaurant|anybody * open|opened|closed|opening|closing" },
    { BUILTIN_HOURS, 16, "when|time|until|till|how|what * do|does|are|is|will "
      "* open|opens|close|closes|closing|opening|opened|start|shut" },
    { BUILTIN_HOURS, 16, "how late|early|long * open|close|stay|are|work|"
      "there" },
    { BUILTIN_HOURS, 14, "do|does|will you|the|they|it * open|opens|close|"
      "work|shut" },
    { BUILTIN_HOURS, 14, "when|what time|day|days? you|they * open|close|"
      "opening|closing|shut" },
    { BUILTIN_HOURS, 22, "until|till when|what" },
    { BUILTIN_HOURS, 14, "closing|opening time|times" },
    { BUILTIN_HOURS, 10, "you|guys|still|already|currently|office open|"
      "closed" },
    { BUILTIN_HOURS, 10, "open|closed|close on|at|till|until|late|now|today|"
      "right|tomorrow|this|weekends|sundays|saturdays|sunday|saturday" },
    { BUILTIN_HOURS, 12, "days|day * you|are|open * open|opened" },
    { BUILTIN_HOURS, 8, "someone|anyone|anybody|you there|in * on|at saturday|"
      "saturdays|sunday|sundays|weekends|weekend|evenings|today" },
    { BUILTIN_HOURS, 8, "when|what|time * close|open" },

    { BUILTIN_BOOKING, 12, "book|schedule|make|arrange|reserve|set|get|need|"
      "want|like|fix|grab|new|needs|wants|organize|take|booking|scheduling|"
      "making|getting * " APPOINTMENT "|table|slot|spot|time" },
    { BUILTIN_BOOKING, 12, "would|want|like|love|need|wanted|looking|calling|"
      "call|hoping|trying|try to|two * book|schedule|reserve|come|make|see|"
      "get|set|arrange * in|" APPOINTMENT "|appointment|table|doctor|dentist|"
      "time|seen|for|tomorrow|an|a" },
    { BUILTIN_BOOKING, 11, "can|could|may|should|may|shall i|we|you * have|"
      "come|see|get|book|reserve|schedule|be|fit|squeeze|put|do|bring * "
      "" APPOINTMENT "|in|by|over|doctor|dentist|table|tomorrow|today|me|us|"
      "seen|something|time|slot|hygienist|someone|for|down" },
    { BUILTIN_BOOKING, 9, "can|could|may i|we|you book|reserve|schedule|come" },
    { BUILTIN_BOOKING, 12, "come|pop|stop|drop in|by|over|see * tomorrow|"
      "today|for|on|at|this|next|morning|afternoon|check" },
    { BUILTIN_BOOKING, 14, "do|have|is|are|got you|there|any|have|we|the * "
      "anything|something|openings|opening|availability|available|slots|slot|"
      "spots|spot|space|room|vacancy|times|time|appointments|appointment|"
      "table|tables|open|free * " },
    { BUILTIN_BOOKING, 12, "any|anything|some|something|what|which|next|first|"
      "earliest|soonest|when * available|openings|opening|free|open|"
      "availability|slots|slot|spots|times" },
    { BUILTIN_BOOKING, 14, "when|what|which|how|earliest|soonest * can|could|"
      "may i|we|you|someone * come|see|get|have|book|be|do|fit|bring" },
    { BUILTIN_BOOKING, 18, "what|anything|something do|have|have|got you have|"
      "got|available on|for|at|tomorrow|today|next|this|in" },
    { BUILTIN_BOOKING, 14, "is tomorrow|today|monday|tuesday|wednesday|"
      "thursday|friday|saturday|sunday * available|free|possible|open" },
    { BUILTIN_BOOKING, 14, "when is the|your|a next|first|earliest|soonest" },
    { BUILTIN_BOOKING, 14, "fit|squeeze|slot|get|pencil|put|sign|take me|us|"
      "him|her|my|them in|up|down|somewhere|for|son|daughter|seen" },
    { BUILTIN_BOOKING, 13, "need|want|like|have to? be|get seen|looked|see|"
      "checked|an|a? * appointment|seen|at|soon|doctor|dentist|checked" },
    { BUILTIN_BOOKING, 12, "see a|the|your|doctor dentist|doctor|hygienist|"
      "specialist" },
    { BUILTIN_BOOKING, 8, "book|schedule|reserve|booking|scheduling" },
    { BUILTIN_BOOKING, 6, "appointment|appointments|reservation|consultation" },
    { BUILTIN_BOOKING, 8, "appointment|reservation|table|booking for|on|at|"
      "tomorrow|today|next|this|please" },
    { BUILTIN_BOOKING, 10, "table for" },
    { BUILTIN_BOOKING, 7, "next|first|earliest|soonest available|opening|slot|"
      "appointment|time" },
    { BUILTIN_BOOKING, 8, "what|which times|slots|days * you|are|have" },
    { BUILTIN_BOOKING, 18, "earliest|soonest|first you|time|day|date|that * "
      "can|could|see" },
    { BUILTIN_BOOKING, -16, "my|our next|upcoming|new? " APPOINTMENT },
    { BUILTIN_BOOKING, 24, "my|our * needs|wants" },
    { BUILTIN_BOOKING, -16, "my|our * " APPOINTMENT },
    { BUILTIN_BOOKING, 28, "book|make|schedule|arrange my|our * " APPOINTMENT },
    { BUILTIN_BOOKING, -20, "do i|we * have" },
    { BUILTIN_BOOKING, -14, "times|options|slots again|once" },
    { BUILTIN_BOOKING, 18, "can|could|will|would someone|somebody|anyone|"
      "anybody|the|you see|take|help? me|us today|this|tomorrow|now|right|on|"
      "at|soon" },
    { BUILTIN_BOOKING, 18, "i|we|she|he|they can|could|may? be seen|looked" },
    { BUILTIN_BOOKING, 20, "send|sending someone|somebody|anyone|a|an|your" },
    { BUILTIN_BOOKING, 8, "new patient * appointment|come|see|book|schedule" },

    { BUILTIN_FAQ, 8, "do|does|did you|they|we|your|the|anyone" },
    { BUILTIN_FAQ, 8, "are|is you|there|the|it|this|your|parking|that|they" },
    { BUILTIN_FAQ, 9, "how much|many|far|big|expensive|old|does|do|is|can|"
      "should" },
    { BUILTIN_FAQ, 9, "where is|are|do|can|should|exactly|about|to|you" },
    { BUILTIN_FAQ, 7, "what is|are|do|does|kind|kinds|type|sort|if|should|"
      "happens|forms|would|types|payment|insurance|insurances" },
    { BUILTIN_FAQ, 7, "who is|are|will|does|do" },
    { BUILTIN_FAQ, 9, "tell|telling me|us * about|how|where|what" },
    { BUILTIN_FAQ, 8, "question|questions|information|info|inquire|inquiring|"
      "details" },
    { BUILTIN_FAQ, 7, "know|wonder|wondering|ask|curious|find * if|about|what|"
      "how|whether|where|out" },
    { BUILTIN_FAQ, 9, "can|could|may|should|do i|we * pay|bring|park|eat|use|"
      "find|expect|know|need|drink|order|get|wear|smoke|ask|take" },
    { BUILTIN_FAQ, 7, "which|what insurance|insurances|cards|methods|dentist|"
      "languages|services|treatments|floor" },
    { BUILTIN_FAQ, 8, "parking|park|parked|garage" },
    { BUILTIN_FAQ, 9, "insurance|insurances|insured|coverage|covered|delta|"
      "medicaid|medicare" },
    { BUILTIN_FAQ, 9, "price|prices|pricing|cost|costs|fee|fees|charge|"
      "charges|expensive|cheap|rates" },
    { BUILTIN_FAQ, 9, "address|located|location|directions|direction|subway|"
      "bus|train|elevator|neighborhood" },
    { BUILTIN_FAQ, 8, "emergency|emergencies|urgent|knocked|bleeding|"
      "toothache" },
    { BUILTIN_FAQ, 9, "payment|payments|pay|paying|credit|debit|cash|card|"
      "cards|checks|financing|installments|installment|plan|plans|deposit|"
      "discount|discounts|refund" },
    { BUILTIN_FAQ, 12, "cancellation|cancellations policy|policies|fee|fees|"
      "rules" },
    { BUILTIN_FAQ, 18, "cancellation policy|fee|rules|rule|charge" },
    { BUILTIN_FAQ, 18, "charge|fee|penalty|happens|policy * cancel|"
      "cancellation|canceling|late|miss|cancelling" },
    { BUILTIN_FAQ, 10, "policy|policies" },
    { BUILTIN_FAQ, 9, "wheelchair|accessible|wifi|website|email|fax|menu|"
      "vegan|vegetarian|gluten|halal|kosher|allergies|allergy|dogs|pets|"
      "highchair|children|kids|languages|spanish" },
    { BUILTIN_FAQ, 9, "taking|accept|accepting|accepted|takes|offer|provide|"
      "sell|treat|serve|deliver|validate" },
    { BUILTIN_FAQ, 9, "new patients|patient|customers" },
    { BUILTIN_FAQ, 9, "how long * take|last|does|is|will" },
    { BUILTIN_FAQ, 7, "^ where|why|how|who" },
    { BUILTIN_FAQ, 8, "does it|that|this" },
    { BUILTIN_FAQ, -20, "how are|is you|it|everything $" },
    { BUILTIN_FAQ, -20, "how are you" },
    { BUILTIN_FAQ, -10, "what did|were you|i say|saying" },
    { BUILTIN_FAQ, -10, "what is|was that|it again? $" },
    { BUILTIN_FAQ, -7, "how about" },
    { BUILTIN_FAQ, -10, "why not" },
    { BUILTIN_FAQ, 9, "paperwork|forms|x-rays|anesthesia|braces|implants|"
      "sedation|hurt" },

    { BUILTIN_REPEAT, 12, "repeat|repeated|repeating" },
    { BUILTIN_REPEAT, 12, "say|tell|run|read|give|go|hear * again|over|once" },
    { BUILTIN_REPEAT, 12, "say again|what" },
    { BUILTIN_REPEAT, 12, "come again" },
    { BUILTIN_REPEAT, 12, "one|once more|again time?" },
    { BUILTIN_REPEAT, 12, "did|could|can|do not quite? hear|catch|get|"
      "understand|hearing|make" },
    { BUILTIN_REPEAT, 12, "what did|were you say|saying" },
    { BUILTIN_REPEAT, 12, "what was|is that|it again?" },
    { BUILTIN_REPEAT, 22, "what|which|when * did|were you * say|saying|"
      "mention|offer" },
    { BUILTIN_BOOKING, -20, "did you * say|mention" },
    { BUILTIN_REPEAT, 12, "what was|were the|that first|second|last|other" },
    { BUILTIN_REPEAT, 12, "^ what|sorry|pardon|huh|again|excuse|beg me|what|"
      "your|pardon? please|pardon|again? $" },
    { BUILTIN_REPEAT, 12, "^ i? am|sorry|what|oh sorry|what|pardon|again $" },
    { BUILTIN_REPEAT, 12, "pardon|louder|slower|slowly" },
    { BUILTIN_REPEAT, 12, "speak|talk up|slower|louder|slowly" },
    { BUILTIN_REPEAT, 12, "missed|lost that|you|it|what" },
    { BUILTIN_REPEAT, 12, "breaking|cutting up|out" },
    { BUILTIN_REPEAT, 12, "what were the|my options|times|choices" },
    { BUILTIN_REPEAT, 10, "the? options|times again" },

    { BUILTIN_GOODBYE, 12, "goodbye|bye|farewell|byebye|cheerio|ciao" },
    { BUILTIN_GOODBYE, 12, "see|talk|speak you|ya|to * soon|later|then|"
      "tomorrow|there|monday|around" },
    { BUILTIN_GOODBYE, 10, "^ see you|ya" },
    { BUILTIN_GOODBYE, 12, "have|enjoy a|your|the|an nice|good|great|lovely|"
      "wonderful|excellent|rest|day|one|evening|weekend" },
    { BUILTIN_GOODBYE, 12, "you have|enjoy a|your? good|great|nice|wonderful" },
    { BUILTIN_GOODBYE, 12, "that|this is|was|will|would|be? be? all|it|"
      "everything" },
    { BUILTIN_GOODBYE, 12, "nothing else|more|further" },
    { BUILTIN_GOODBYE, 12, "no|not nothing|anything else|more" },
    { BUILTIN_GOODBYE, 10, "take care" },
    { BUILTIN_GOODBYE, 10, "i|we|am|are done|finished|set" },
    { BUILTIN_GOODBYE, 10, "all set|done" },
    { BUILTIN_GOODBYE, 12, "hang|hanging up" },
    { BUILTIN_GOODBYE, 10, "all i|we need|needed|wanted|have" },
    { BUILTIN_GOODBYE, 8, "^ good|have? night" },
    { BUILTIN_GOODBYE, 10, "everything i|we need|needed" },
    { BUILTIN_GOODBYE, 10, "have|got|need to go|run" },
    { BUILTIN_GOODBYE, 10, "later $ bye" },

    { BUILTIN_NO, 12, "^ well|oh|um|sorry|actually|please? no|nope|nah|never|"
      "negative|neither|none" },
    { BUILTIN_NO, 12, "no|nope|nah" },
    { BUILTIN_NO, 10, "is|was|am|are|will|do|does|did|can|would|not|really "
      "not" },
    { BUILTIN_NO, 10, "not|nothing really|yet|today|right|correct|quite|"
      "exactly|that|the|this|at|necessary|interested|good|today" },
    { BUILTIN_NO, 12, "wrong|incorrect|neither|none|mistake|false" },
    { BUILTIN_NO, 12, "rather|prefer not" },
    { BUILTIN_NO, 10, "never mind|nevermind" },
    { BUILTIN_NO, 10, "stop" },
    { BUILTIN_NO, 12, "^ negative|nothing|not" },
    { BUILTIN_NO, 14, "definitely|absolutely|certainly|course|surely|probably "
      "not" },
    { BUILTIN_NO, -24, "no problem|worries|trouble|doubt|question|rush" },
    { BUILTIN_NO, -12, "not|no * bad|mind|matter|preference|else" },
    { BUILTIN_NO, -10, "why not" },

    { BUILTIN_YES, 12, "yes|yeah|yep|yup|yea|aye|mhm|affirmative|absolutely|"
      "definitely|certainly|indeed" },
    { BUILTIN_YES, 12, "^ okay|oh|well|and|that|thanks? sure|okay|correct|"
      "right|perfect|great|exactly|fine|alright|good|wonderful|excellent|"
      "lovely|fantastic|totally|yes|cool|awesome|super" },
    { BUILTIN_YES, 12, "of course" },
    { BUILTIN_YES, 12, "that|this time|one|day|name|number is|works|sounds * "
      "fine|good|great|right|correct|okay|perfect" },
    { BUILTIN_YES, 12, "^ that|this time|one|day works" },
    { BUILTIN_YES, -36, "definitely|absolutely|certainly|course|surely|"
      "probably|really not" },
    { BUILTIN_YES, -12, "^ good morning|afternoon|evening|day|night" },
    { BUILTIN_YES, 12, "^ it|that|they|this is|was|are $" },
    { BUILTIN_YES, 12, "that|it|this|which is|would|will|sounds|looks|all|be "
      "* right|correct|fine|good|great|perfect|okay|ideal|lovely|it|wonderful|"
      "alright" },
    { BUILTIN_YES, 12, "sounds|looks|seems|works|work good|great|right|fine|"
      "perfect|for|well|correct|okay|like" },
    { BUILTIN_YES, 12, "that|it|this will? works|work|suits|does|do" },
    { BUILTIN_YES, 12, "go ahead|for" },
    { BUILTIN_YES, 12, "please|yes do|book|go" },
    { BUILTIN_YES, 12, "book|confirm|do|take|cancel it|that|this|one" },
    { BUILTIN_YES, 10, "i would|do|am|think so please? $" },
    { BUILTIN_YES, 10, "i would like|love|appreciate that|it|to please? $" },
    { BUILTIN_YES, 12, "i do|would|am|did|can|could $" },
    { BUILTIN_YES, 12, "you got|bet" },
    { BUILTIN_YES, 12, "why not" },
    { BUILTIN_YES, 12, "no problem|worries|objection|doubt" },
    { BUILTIN_YES, 12, "^ please $" },
    { BUILTIN_YES, 12, "i agree|confirm" },
    { BUILTIN_YES, 12, "i guess|suppose|believe|think|hope so" },
    { BUILTIN_YES, 12, "^ i guess|suppose $" },
    { BUILTIN_YES, 12, "that|very would|be * great|good|nice|helpful|kind" },
    { BUILTIN_YES, 10, "correct|exactly|sure|okay|perfect" },
    { BUILTIN_YES, 10, "make it so" },
    { BUILTIN_YES, 10, "all right|good|correct" },

    { BUILTIN_THANKS, 12, "thank|thanks|cheers|appreciate|appreciated|"
      "grateful|thankful" },
    { BUILTIN_THANKS, 10, "much obliged" },
    { BUILTIN_THANKS, 10, "very|so kind|helpful" },

    { BUILTIN_GREETING, 12, "^ hello|hi|hey|greetings|howdy|hallo|hiya" },
    { BUILTIN_GREETING, 12, "hello|hi|hey there" },
    { BUILTIN_GREETING, 12, "good morning|afternoon|evening|day" },
    { BUILTIN_GREETING, 10, "how are|is you|it|going|do" },
    { BUILTIN_GREETING, 10, "^ morning|afternoon|evening $" },
    { BUILTIN_GREETING, 8, "hello|hi" },
};

static const char *const own_patterns[] = {
    "my|our|existing * appointment|appointments|booking|reservation|visit",
    "the appointment|booking|reservation i|we|that",
};

static const char *const wait_patterns[] = {
    "hold on", "one|a|just|half moment|second|minute|sec", "wait a|one",
    "^ wait $", "hang on", "let me check|see|think|look|get|find",
    "bear with", "give me a|one",
};

static const char *const drop_patterns[] = {
    "never mind", "nevermind", "forget it|that|about|the", "cancel that|this",
    "^ no? cancel $", "stop|drop it|that|this", "leave it", "do not bother",
    "changed my mind", "start over|again", "^ no? cancel please $",
    "not * book|want|need * anything|anymore|it",
};

static const char *const unsure_patterns[] = {
    "do not|really know", "not sure", "no idea", "no preference",
    "not certain", "i am unsure", "whatever|whichever", "what do you mean",
};

static const char *const agree_patterns[] = {
    "yes|yeah|yep|yup|mhm|sure|please",
};

static const char *const open_patterns[] = {
    "are|is|will|do|does you|they|it|the|anybody|anyone|guys * open|work|be|"
    "there|in",
};

static const char *const present_patterns[] = {
    "can|do you * hear me", "are you still? there", "anybody|anyone there $",
    "is anybody|anyone|somebody there $", "^ hello hello",
};

static const char *const robot_patterns[] = {
    "are|is you|this * robot|machine|computer|human|bot|recording|real|ai|"
    "person|automated",
    "am i * robot|machine|computer|human|bot|person|real|recording",
};
/* clang-format on */

#endif /* DIALOGUE_BUILTIN_CLUES_H */
