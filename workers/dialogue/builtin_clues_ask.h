/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_CLUES_ASK_H
#define DIALOGUE_BUILTIN_CLUES_ASK_H

/* Bookings and questions: a table of builtin_clause.c alone. */

/* clang-format off */
static const clue_t ask_clues[] = {
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
    { BUILTIN_HOURS, -30, "door|window|air|fire|gas|mic|outdoor open" },
    { BUILTIN_HOURS, 8, "someone|anyone|anybody|you there|in * on|at saturday|"
      "saturdays|sunday|sundays|weekends|weekend|evenings|today" },
    { BUILTIN_HOURS, 8, "when|what|time * close|open" },
    { BUILTIN_HOURS, 22, "how late|early can|do|are|could|may|is i|we|you|it|"
      "the come|stop|open|there|stay|order|eat|drop|show|get|be|serve" },
    { BUILTIN_HOURS, 18, "is|are|will you|they|anybody|anyone|someone|guys|he|"
      "she be? there|in|around on|at|over|during|this|next|" DAYS "|weekends|"
      "saturdays" },
    { BUILTIN_HOURS, 22, "what|which|when days|are|do * you|guys * there|in|"
      "work|around" },
    { BUILTIN_HOURS, 20, "latest|earliest|last i|we|you * can|could|are|open * "
      "come|open|get|close|there|stop" },
    { BUILTIN_HOURS, 18, "when|what time|do * you|guys|they * start|finish|"
      "begin" },
    { BUILTIN_HOURS, 18, "if|that|whether|when|how|until you|they|it|guys * "
      "are|is|will open|opened|closed|be|close" },
    { BUILTIN_HOURS, 18, "if|that|whether|when|how|until you|they|it|guys "
      "open|close" },
    { BUILTIN_HOURS, 16, "have|are any|your|there * hours" },
    { BUILTIN_HOURS, 18, "how late can|could|may i|we" },
    { BUILTIN_HOURS, 12, "open|closed for|over|through lunch|dinner|"
      "breakfast|brunch|the|christmas|thanksgiving|easter|business" },
    { BUILTIN_HOURS, 18, "until|till when|what|how" },
    { BUILTIN_HOURS, 14, "do you * work * weekends|saturdays|sundays|holidays|"
      "evenings" },
    { BUILTIN_HOURS, -14, "how early|late should|must|do i|we * get|arrive|be|"
      "come" },
    { BUILTIN_HOURS, 22, "when|what|until|last|late * serving|serve|seating|"
      "order|orders|call" },
    { BUILTIN_HOURS, 16, "before|until|till you|they open|close" },
    { BUILTIN_HOURS, 22, "how late|early is|are " SOMEONE "|people|staff|the|"
      "you * in|there|around|open" },

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
    { BUILTIN_BOOKING, 20, "need|want|have|get|send|sending|like|could|looking "
      "for? a|an|the|your|some? good? " TRADE },
    { BUILTIN_BOOKING, 26, SOMEONE "|" TRADE " to? * come|out|over|look|fix|"
      "repair|here|install|inspect|replace|asap|right|immediately|quickly" },
    { BUILTIN_BOOKING, 18, "can|could|would|will|do|does|is|are you|they|your|"
      "the * come|send|coming out|over|to|by|and" },
    { BUILTIN_BOOKING, 16, "could|can|would|is a|an|the|any|your * " TRADE " * "
      "come|be|see|stop" },
    { BUILTIN_BOOKING, 9, "stopped|quit working|running|draining|heating" },
    { BUILTIN_BOOKING, 9, "my|our|the * is|are|has|will|does|keeps not|"
      "making|running|acting|down|out|leaking work|working|turn|start|drain|"
      "up|noise|noises|all|everywhere|flush|close" },
    { BUILTIN_BOOKING, 9, BROKEN },
    { BUILTIN_BOOKING, 9, "killing me|hurts|hurting|aching|bothering|fever|"
      "rash|cracked|chipped|broke|lost|swollen|sprained|infected|infection|"
      "toothache|pain" },
    { BUILTIN_BOOKING, 20, "get|have|getting|having my|our|his|her|their|some|"
      "a|an|it|that|this|them * " DONE },
    { BUILTIN_BOOKING, 20, "need|want|like|love|have|hoping|due|looking|come|"
      "trying|wants|needs to? * " DONE },
    { BUILTIN_BOOKING, 20, "see|visit|meet|meeting|consult|seeing with? a|an|"
      "the|your|one? of? * " PRO },
    { BUILTIN_BOOKING, 16, "need|want|like|love|hoping|due|looking|needs|wants|"
      "time|ready|come|in to|for|a|an|my|our|some * " TREATMENT },
    { BUILTIN_BOOKING, 24, "would|does|do|can|could|has|will doctor|the|your|"
      "any * have|see|fit|look|take|got|be at? * time|anything|me|us|my|our|"
      "him|her|it|room|opening|openings|free|something|appointments|"
      "available" },
    { BUILTIN_BOOKING, 18, "any|a|some|there way|chance|possibility|room * i|"
      "we|you|see|come|for|get|fit" },
    { BUILTIN_BOOKING, 18, "any way|chance|possibility * see|fit|get|squeeze|"
      "take|come|be" },
    { BUILTIN_BOOKING, 22, "soonest|earliest|next|first|quickest|fastest|"
      "sooner * i|we|you|someone can|could|would|are|have" },
    { BUILTIN_BOOKING, 24, "who|which|whoever * can|could|would see|take me|us|"
      "him|her" },
    { BUILTIN_BOOKING, 16, "party|group|table of|for" },
    { BUILTIN_BOOKING, 16, "dinner|lunch|breakfast|brunch|drinks for|on|at" },
    { BUILTIN_BOOKING, 18, "like|love|want|hoping|hope|looking to * eat|dine|"
      "try|visit|come" },
    { BUILTIN_BOOKING, 16, "come|coming|bring|brings|bringing|get|be back|him|"
      "her|my|me|in * for|in|to" },
    { BUILTIN_BOOKING, 14, "follow up" },
    { BUILTIN_BOOKING, 16, "on|onto|in|into the|your schedule|books|calendar|"
      "waitlist|list" },
    { BUILTIN_BOOKING, 14, "any|an|some|next|first opening|openings|"
      "availability|vacancy|space|room" },
    { BUILTIN_BOOKING, 16, "start|begin|register as|with|a|treatment" },
    { BUILTIN_BOOKING, 16, "space|room|seats|seating|place for" },
    { BUILTIN_BOOKING, -30, "take|remove|off|from|out me|us|my|off|of * "
      "schedule|list|books|calendar" },
    { BUILTIN_BOOKING, -24, "still on|in|coming the|your|for|schedule" },
    { BUILTIN_BOOKING, -30, "is|are the|a|your|first|initial|new|estimates|"
      "consultations * free|complimentary $" },
    { BUILTIN_BOOKING, -20, "thank|thanks * for" },
    { BUILTIN_BOOKING, -16, "check|checking my|our|the calendar|schedule|diary|"
      "work" },
    { BUILTIN_BOOKING, -14, "how long|much|many|often|old|far|big" },
    { BUILTIN_BOOKING, 18, "i|we|you|he|she|they|" SOMEONE " could|can|might * "
      "fit|squeeze|see|get|come|have|book|take * in|me|us|my|him|her|by|over|"
      APPOINTMENT },
    { BUILTIN_BOOKING, 22, SOMEONE " to * my|our|the|this|it|at|out|over" },
    { BUILTIN_BOOKING, 18, "set|find|arrange|make|schedule|book|pick up? a "
      "time|date|meeting|call" },
    { BUILTIN_BOOKING, 26, "free|available on|tomorrow|next|monday|tuesday|"
      "wednesday|thursday|friday|saturday|sunday|at|for|this" },
    { BUILTIN_BOOKING, -16, "after|before|around|during|past lunch|dinner|"
      "breakfast|brunch" },
    { BUILTIN_BOOKING, 9, "celebrate|celebrating|anniversary" },
    { BUILTIN_BOOKING, -20, "have|ask|tell|get|let the|my|your|a|doctor * call|"
      "phone|ring|contact" },
    { BUILTIN_BOOKING, -30, "can|will|could not * make|come|get|be|keep|do" },
    { BUILTIN_BOOKING, -44, "not need|want " SOMEONE "|" TRADE "|the|a|an" },
    { BUILTIN_BOOKING, 22, "be|get|getting seen|looked|examined|treated" },
    { BUILTIN_BOOKING, 20, "could|can|would|will see|take|treat me|us|him|"
      "her" },
    { BUILTIN_BOOKING, 18, "sit down|meet with" },
    { BUILTIN_BOOKING, 18, "looking|look|searching for * new " PRO "|" TRADE },
    { BUILTIN_BOOKING, 18, "looking|need|want for? a new? " PRO },
    { BUILTIN_BOOKING, 22, "put|take|write my|our|his|her name down for" },
    { BUILTIN_BOOKING, 9, "like|love|want|need|hoping|trying|planning to * * "
      DAYS "|next|morning|afternoon|evening|noon|week|weekend" },
    { BUILTIN_BOOKING, 18, "can|could|may i|we get|have|do a|an|my|some|the * "
      TREATMENT },
    { BUILTIN_BOOKING, 20, PRO " can|could look|see|check|fit|examine" },

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
    { BUILTIN_FAQ, 9, "tell|give|have|need|want|send me|us? the|your|some? "
      "address|directions|location|prices|website" },
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
    { BUILTIN_FAQ, 16, "what|which|your * area|areas|neighborhood" },
    { BUILTIN_FAQ, 9, "taking|accept|accepting|accepted|offer|provide|"
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
    { BUILTIN_FAQ, 30, "is|are the|a|your|an|first|initial|any|there|estimates|"
      "consultations * free|complimentary|refundable $" },
    { BUILTIN_FAQ, 26, "give|offer|do|have|provide free|complimentary" },
    { BUILTIN_FAQ, 12, "what|suppose * if|happens|happen|would i|if|we|someone|"
      "happen" },
    { BUILTIN_FAQ, 50, "what if i|we|my|someone" },
    { BUILTIN_FAQ, -14, "bye|goodbye" },
    { BUILTIN_FAQ, 20, "what should|do|can|must|shall|would i|we do|bring|need|"
      "expect|wear" },
    { BUILTIN_FAQ, 18, "should|need|can|do|must|have|supposed|could i|we|to * "
      "eat|drink|bring|wear|prepare|expect|drive|arrive|fast|smoke|shower" },
    { BUILTIN_FAQ, 24, "how early|late|long|soon|far should|will|do|does|must|"
      "is|before * my|i|we|the|it|arrive|pay|notice|take" },
    { BUILTIN_FAQ, 24, "how much|many|long|far|often|big|old|high|hot|deep" },
    { BUILTIN_FAQ, 24, "cancel|reschedule|change|late * without|penalty|fee|"
      "fees|charge|charged|paying|losing|notice" },
    { BUILTIN_FAQ, 18, "get|lose|keep my|our|the|a deposit|money|refund" },
    { BUILTIN_FAQ, 14, "is|are|will|would|does|do|can|could|should it|there|"
      "that|your|my|the|a|an|tipping|they|smoking * safe|included|expected|"
      "required|allowed|necessary|hurt|painful|accepted|cover|covered|licensed|"
      "insured|friendly|gentle|normal|parking|mandatory|allow|far" },
    { BUILTIN_FAQ, 14, "can|could|may my|our|his|her|dogs|kids|children|i|we * "
      "come|bring|wait|watch|join|stay with|along|our|my|me|inside|during|a|"
      "the|in" },
    { BUILTIN_FAQ, 14, "can|could|do|does|will you|they|guys|your do|use|fix|"
      "make|handle|email|mail|fax|bill|install|serve|carry|stock|treat|see|"
      "work|work|come|repair|charge|send|recommend|prescribe|allow|require" },
    { BUILTIN_FAQ, 12, "like|want|wanted|wondering|curious|need to? know|ask|"
      "inquire" },
    { BUILTIN_FAQ, 10, "my|a|one|another|quick question|questions" },
    { BUILTIN_FAQ, 16, "do i|we need|have a|an|to" },
    { BUILTIN_FAQ, 14, "side|bus|minimum|age|stairs|steps|ramp|stop|brands|"
      "brand|licensed|insured|notice|hourly|rate|rates|deposit|closer|referral|"
      "warranty|guarantee|included|gift|corkage|patio|takeout|delivery|"
      "tipping" },
    { BUILTIN_FAQ, 10, "without insurance|referral|appointment|paying" },
    { BUILTIN_FAQ, 10, "what|which * side|floor|kind|kinds|brand|brands|type|"
      "types|areas|size" },
    { BUILTIN_FAQ, -9, "am|is|are|as|would|was a|an|one|your|be * new? patient|"
      "patients|customer|client" },
    { BUILTIN_FAQ, -24, "is|are this|you|it the|a|doctor|your|who|"
      "speaking * office|clinic|salon|restaurant|place|shop|practice|bistro|"
      "number" },
    { BUILTIN_FAQ, -20, "how are|is you|it|everything|things * going|doing|"
      "today|been" },
    { BUILTIN_FAQ, -20, "sounds|looks|seems like" },
    { BUILTIN_FAQ, -20, "can|could|would you have|get|ask|let|send" },
    { BUILTIN_FAQ, -20, "can|could|would you tell the|him|her|them|my" },
    { BUILTIN_FAQ, -20, "how do|can|would i|we cancel|reschedule|book|make|"
      "schedule|change" },
    { BUILTIN_FAQ, -20, "what do i need to|do * do to cancel|change|book" },
    { BUILTIN_FAQ, -24, "bring my|our|the * forward|up|in" },
    { BUILTIN_FAQ, -12, "change of plans" },
    { BUILTIN_FAQ, -14, "how does|about|would|is " DAYS "|that|ten|nine" },
    { BUILTIN_FAQ, -16, "can|could|may i|we get|have|come|see" },
    { BUILTIN_FAQ, -24, "that|this|here is|was the|wrong|a|an|my|our * one|"
      "number|name|time" },
    { BUILTIN_FAQ, -24, "how early|late|long * open|opened|close|closed|"
      "closing" },
    { BUILTIN_FAQ, -9, "let us" },
    { BUILTIN_FAQ, 14, "will|would|do|am|can i|we * charged|billed|charge|pay|"
      "owe|fined" },
    { BUILTIN_FAQ, -16, "last|stop|until serving|serve|seating" },
    { BUILTIN_FAQ, 8, "^ what is|are the|your|a|in|included" },
    { BUILTIN_FAQ, -14, "^ yes|hi|hello? is this" },
    { BUILTIN_FAQ, -9, "let me|us do|take|have|go" },
    { BUILTIN_FAQ, -24, "how late is|are|do|can|could" },
    { BUILTIN_FAQ, -20, "hours|ours" },
    { BUILTIN_FAQ, -14, "ask my|him|her|them|the|your|doctor" },
    { BUILTIN_FAQ, 34, "am|are i|we allowed" },
    { BUILTIN_FAQ, 24, "anything|something i|we should|must|can|cannot" },
};
/* clang-format on */

#endif /* DIALOGUE_BUILTIN_CLUES_ASK_H */
