/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_CLUES_H
#define DIALOGUE_BUILTIN_CLUES_H

/* Wishes about what there is, and for people: of builtin_clause.c alone. */

/* clang-format off */
static const clue_t wish_clues[] = {
    { BUILTIN_RESCHEDULE, 20, "reschedule|rescheduling|rescheduled|rebook" },
    { BUILTIN_RESCHEDULE, 18, MOVING " * appointment|appointments|booking|"
      "reservation|visit" },
    { BUILTIN_RESCHEDULE, 18, "bring my|our|the * forward|up" },
    { BUILTIN_RESCHEDULE, 26, MOVING " my|our|the table|visit|cleaning|"
      "checkup|session|dinner|haircut" },
    { BUILTIN_RESCHEDULE, 18, MOVING " it|things|that|mine|everything * to|"
      "by|for|until" },
    { BUILTIN_RESCHEDULE, 14, "could|can|might|to move|switch|change to" },
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
    { BUILTIN_RESCHEDULE, 26, "trade|swap|switch|exchange my|our|the * for" },
    { BUILTIN_RESCHEDULE, 34, "than what|when|i|we|my|our|the booked|i|we|"
      APPOINTMENT },
    { BUILTIN_RESCHEDULE, 20, "come|be|make|do|have|down|put|it|me|us * "
      "instead" },
    { BUILTIN_RESCHEDULE, 10, "instead of" },
    { BUILTIN_RESCHEDULE, 14, "different|another|new|other time|day|date|"
      "slot" },
    { BUILTIN_RESCHEDULE, 16, "pick|find|choose|set|get a|an|another * "
      "different|new|another|other" },
    { BUILTIN_RESCHEDULE, 20, "new|different|another time|date|day|slot for|on "
      "my|our|the" },
    { BUILTIN_RESCHEDULE, 16, "keep my|our|the * but" },
    { BUILTIN_RESCHEDULE, 20, APPOINTMENT "|table * be moved|changed|switched|"
      "pushed|rescheduled|earlier|later" },
    { BUILTIN_RESCHEDULE, -20, "new|another|other appointment|reservation" },
    { BUILTIN_RESCHEDULE, 18, MOVING " me|us|it|that|mine|things to|by|for|"
      "back|up|into|forward" },
    { BUILTIN_RESCHEDULE, 20, "rather than" },
    { BUILTIN_RESCHEDULE, 12, "come|get * earlier|later|sooner $" },
    { BUILTIN_RESCHEDULE, 16, MOVING " my|our|the|a? days|day|times|time|dates|"
      "date|dinner|lunch" },
    { BUILTIN_RESCHEDULE, 30, "to|can|could|we|i change|switch|move when|"
      "what" },

    { BUILTIN_CANCEL, 16, CANCELING },
    { BUILTIN_CANCEL, 24, "have|need|want|like|going|calling|please|must|"
      "afraid|just|so|and|how * " CANCELING },
    { BUILTIN_CANCEL, 20, CANCELING " * "
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
    { BUILTIN_CANCEL, 20, "not be? need|needing|want|wanting it|that|this|you|"
      "them|the|my|our|any|anyone|anybody|anything * anymore|more|longer|"
      APPOINTMENT "|table|come|after" },
    { BUILTIN_CANCEL, 18, "not need|want " SOMEONE "|" TRADE "|the|a|an * "
      "come|coming|" TRADE "|anymore" },
    { BUILTIN_CANCEL, 18, "decided not|against" },
    { BUILTIN_CANCEL, 24, "get|take|have me|us out|off of? my|our|the" },
    { BUILTIN_CANCEL, 22, "take|remove|cross|scratch|pull|drop|delete me|us|my|"
      "our|him|her * off|from" },
    { BUILTIN_CANCEL, 20, "not hold|keep|save my|our|the * " APPOINTMENT "|"
      "table|slot|spot|time" },
    { BUILTIN_CANCEL, 18, "not * able|going to? * keep|make my|our|it|the * "
      APPOINTMENT "|table|tonight|tomorrow|today" },
    { BUILTIN_CANCEL, 18, "are|am not|never coming|showing" },
    { BUILTIN_CANCEL, 18, "will not be in|there|coming|joining|attending" },
    { BUILTIN_CANCEL, 22, "give|let my|our|the slot|spot|table|place|time|"
      "appointment to|go" },
    { BUILTIN_CANCEL, 14, "take|drop|remove me|us from|off" },
    { BUILTIN_CANCEL, 24, "call|calling off" },

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
    { BUILTIN_LIST, 28, "sure|if|whether my|our|the * " APPOINTMENT " is|"
      "was|went" },
    { BUILTIN_LIST, 20, "did i|we say|tell" },
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
    { BUILTIN_LIST, 18, "am|are i|we still? on|down|booked|scheduled|set|"
      "confirmed" },
    { BUILTIN_LIST, 18, "are|is we|my|our|everything still? on|set|confirmed|"
      "good for" },
    { BUILTIN_LIST, 18, "see|know|check|find|sure * if|whether|that i|we am|"
      "are|have" },
    { BUILTIN_LIST, 18, "do|did|can you * have|see|show|find me|us|my|our|"
      "something|anything|a|the * down|for me|us|for $|under|" APPOINTMENT },
    { BUILTIN_LIST, 22, "you show|see * for me|us" },
    { BUILTIN_LIST, 20, "have|got me|us down" },
    { BUILTIN_LIST, 20, APPOINTMENT " under my|our|the name" },
    { BUILTIN_LIST, 18, "do|did you have|see|show|find our|my|us" },
    { BUILTIN_LIST, 22, "who|whom|where is my|our * " APPOINTMENT },
    { BUILTIN_LIST, 20, "when|what|which * did|do i|we say|tell|need|have * "
      "come|be|coming|there" },
    { BUILTIN_LIST, 18, "when|what|which * i|we need|have|am|are supposed? to "
      "come|be|see" },
    { BUILTIN_LIST, 22, "is|are the|your|my " TRADE "|" PRO " still? coming|"
      "scheduled" },
    { BUILTIN_LIST, 18, "is|are the|your * still coming|scheduled|on" },
    { BUILTIN_LIST, 20, "what|anything do|have|did i|we have|got? coming|"
      "scheduled|booked|upcoming" },
    { BUILTIN_LIST, 20, "do i|we have * coming|upcoming|scheduled|booked" },
    { BUILTIN_LIST, 16, "i|we am|are|was scheduled|booked|down" },
    { BUILTIN_LIST, 18, "did my|our|the * " APPOINTMENT },
    { BUILTIN_LIST, 16, "checking|confirming|verifying|calling on|about|to * "
      "my|our|the * " APPOINTMENT },
    { BUILTIN_LIST, 14, "confirm|confirming|verify my|our|the|a * "
      APPOINTMENT },
    { BUILTIN_LIST, 20, "appointment|reservation|booking * tell|know|remember|"
      "remind|check * when|what|which" },
    { BUILTIN_LIST, 14, "i|we have|had|got|made a|an|the|one * " APPOINTMENT },
    { BUILTIN_LIST, -30, MOVING "|" CANCELING "|reschedule|postpone * "
      "appointment|reservation|booking|visit" },
    { BUILTIN_LIST, -20, "can|could|would i|we have|get" },
    { BUILTIN_LIST, -20, "want|need|like|love to * have|make|book|get|"
      "schedule" },
    { BUILTIN_LIST, 20, "when|what|which * is|are|was my|our|her|his|their "
      TREATMENT "|table|dinner|reservation" },
    { BUILTIN_LIST, 20, "time|day|date|when my|our|her|his * is|are $" },
    { BUILTIN_LIST, 24, "what|when * should|do|must|am i|we supposed? to? be|"
      "arrive|get|show there|in|up|here" },
    { BUILTIN_LIST, 22, "do|have i|we still have|on" },
    { BUILTIN_LIST, 24, "did|have you|they get|got|receive|received|have|save "
      "my|our|the" },
    { BUILTIN_LIST, 30, "is|are|do|have there|you * " APPOINTMENT " in|under|"
      "for my|our" },

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
    { BUILTIN_MESSAGE, 18, "tell|inform|let|notify|ask|remind|have|get the|my|"
      "your|our|doctor|mister|miss|mrs|dr|him|her|them|someone|somebody|" PRO
      "|" TRADE " * that|know|i|we|about|it|call|phone|return|contact|reach|"
      "get|ring" },
    { BUILTIN_MESSAGE, 18, "tell|let|ask him|her|them it|that|to|we|i|know|"
      "if" },
    { BUILTIN_MESSAGE, 22, "reach|get|getting|be out|back|in|ahold * to|with|"
      "contact me|us" },
    { BUILTIN_MESSAGE, 22, "return|returning my|our|his|her|your|a|doctor|the "
      "* call" },
    { BUILTIN_MESSAGE, 24, PRO "|" TRADE "|manager|owner|" SOMEONE " to? call|"
      "phone|ring|text|contact|email me|us" },
    { BUILTIN_MESSAGE, 22, "to|will|would|can|could call|phone|contact|ring|"
      "text me|us" },
    { BUILTIN_MESSAGE, 18, "write|jot|note something|this|that|it down" },
    { BUILTIN_MESSAGE, 18, "called|phoned|texted|contacted me|us" },
    { BUILTIN_MESSAGE, 18, "got|had|missed|received|have a|your|the * call "
      "from|this|back" },
    { BUILTIN_MESSAGE, 18, "call|phone|ring me|us * at|as his|her|soon|your" },
    { BUILTIN_MESSAGE, 18, "voicemail|message yesterday|earlier|and|before|"
      "last" },
    { BUILTIN_MESSAGE, 16, "give|giving|tell|telling|ask|asking him|her|them|"
      "doctor * message|call|know" },
    { BUILTIN_MESSAGE, 18, "call back from|about" },
    { BUILTIN_MESSAGE, 14, "on my way" },
    { BUILTIN_MESSAGE, -24, "text|call|message about|that|saying|confirming * "
      "appointment" },
    { BUILTIN_MESSAGE, 22, "have|ask|tell|get|let the|my|your|a|doctor * call|"
      "phone|ring|contact" },
    { BUILTIN_MESSAGE, 18, "pass|relay|mention * to|along" },
    { BUILTIN_MESSAGE, 24, "like|want|need|appreciate|get|expecting a call|"
      "ring|callback from" },
    { BUILTIN_MESSAGE, 18, "would|could|can|please|will you? tell|let|remind * "
      "that|know" },
    { BUILTIN_MESSAGE, -18, "tell|let|ask|remind me|us if|when|what|how|that|"
      "about|where|whether|which|know" },
    { BUILTIN_MESSAGE, 18, "leave word|note|something for|with" },
    { BUILTIN_MESSAGE, 18, "let * know" },
    { BUILTIN_MESSAGE, 24, "ask the|my|your|doctor|him|her|them * if he|she|"
      "they|it" },

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
    { BUILTIN_TRANSFER, 18, "have|get|give|reach|want|need|try the|your front|"
      "billing|main desk|office|department" },
    { BUILTIN_TRANSFER, 20, "put " SOMEONE "|the|a|your|him|her * on|through" },
    { BUILTIN_TRANSFER, 20, "have|get a? word with" },
    { BUILTIN_TRANSFER, 24, "can|could|would|please * * pick up" },
    { BUILTIN_TRANSFER, 24, "come|get|pick * on|to|up the phone|line" },
    { BUILTIN_TRANSFER, 20, "in charge" },
    { BUILTIN_TRANSFER, 18, "put me|us on with|to" },
    { BUILTIN_TRANSFER, -24, SOMEONE "|" TRADE " to? * come|out|over|look|fix|"
      "repair|here|right|asap|quickly|immediately|soon|today|see" },
    { BUILTIN_TRANSFER, -20, "need|want|like|love|hoping to see|visit|meet" },
    { BUILTIN_TRANSFER, -18, SOMEONE " to * my|our|the|this|it|at|out|over" },
    { BUILTIN_TRANSFER, 34, SOMEONE " to speak|talk|chat|help|discuss" },
    { BUILTIN_TRANSFER, 14, "i|we could|can|may|might speak|talk|chat" },
    { BUILTIN_TRANSFER, 14, "to|with the|your|a manager|owner|supervisor|"
      "boss" },
    { BUILTIN_TRANSFER, -18, "is|are|would doctor|mister|mrs|miss|the|your * "
      "free|available on|tomorrow|next|at|for|monday|tuesday|wednesday|"
      "thursday|friday" },
    { BUILTIN_TRANSFER, 20, "is|are the|your|a|any " PERSON " around|in|there|"
      "available|free|here" },
    { BUILTIN_TRANSFER, 18, "hand|send|get|pass me|us|my over|across|to" },
    { BUILTIN_TRANSFER, -24, "called|phoned|texted me|us" },
    { BUILTIN_TRANSFER, 20, SOMEONE " in|from|at billing|accounting|sales|the|"
      "your" },
};
/* clang-format on */

#endif /* DIALOGUE_BUILTIN_CLUES_H */
