/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_CLUES_TALK_H
#define DIALOGUE_BUILTIN_CLUES_TALK_H

/* Answers and what is said in passing: a table of builtin_clause.c alone. */

/* clang-format off */
static const clue_t talk_clues[] = {
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
    { BUILTIN_REPEAT, 12, "you|call|line * cut|cutting|breaking|broke|fading|"
      "bad|dropped|went" },
    { BUILTIN_REPEAT, 12, "run|go|walk me? that|it|those * by|over|through" },
    { BUILTIN_REPEAT, 12, "not|never|barely make|hear|catch|understand|follow "
      "out? what|you|that|anything" },
    { BUILTIN_REPEAT, 12, "more slowly|clearly|time" },
    { BUILTIN_REPEAT, 12, "little|bit louder|slower|clearer" },
    { BUILTIN_REPEAT, 12, "what was|is|were the|that|your last|first|second|"
      "time|day|part" },
    { BUILTIN_REPEAT, -24, "what is my|our|your|the name|address|number" },

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
    { BUILTIN_GOODBYE, 12, "see|talk you|to|with|ya on? next|monday|tuesday|"
      "wednesday|thursday|friday|saturday|sunday|week|soon" },
    { BUILTIN_GOODBYE, 12, "that covers|does it|everything" },
    { BUILTIN_GOODBYE, 12, "not need|want|have anything|nothing else|more|"
      "further" },
    { BUILTIN_GOODBYE, 12, "nothing|all|everything i|we|for need|needed|was|"
      "now|today|wanted" },
    { BUILTIN_GOODBYE, 12, "we|i are|am good|finished|through then|bye|thanks|"
      "that|thank" },
    { BUILTIN_GOODBYE, 12, "get|be|better going" },
    { BUILTIN_GOODBYE, 10, "you too" },

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
    { BUILTIN_NO, 12, "afraid not" },
    { BUILTIN_REPEAT, -12, "can|could not make any|either|those|that|it|them" },
    { BUILTIN_REPEAT, -12, "go|run over|through my|the|a|our|some" },
    { BUILTIN_REPEAT, 14, "did not * get|catch|hear * time|times|part|day|end|"
      "you" },
    { BUILTIN_NO, 12, "too late|early|far|long|soon|expensive for|to|then" },
    { BUILTIN_NO, 12, "not like|want|take|make any|that|those|either|them|it" },
    { BUILTIN_NO, 12, "neither|none one|of|works|work" },
    { BUILTIN_NO, 12, "that|this|it|they is|was|are|will|would|does|do not" },
    { BUILTIN_NO, 12, "rather|prefer you|i did|do not" },
    { BUILTIN_NO, 12, "let us not" },

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
    { BUILTIN_YES, 12, "that|it|this|they|those would|should|will|might|can "
      "be? work|works|fine|good|okay|do|suit|perfect|great" },
    { BUILTIN_YES, 12, "sounds|looks like a" },
    { BUILTIN_YES, 12, "that is|was|would the? one|me|it|him|her|us" },
    { BUILTIN_YES, 12, "i|we will take|have|do it|that|this|those" },
    { BUILTIN_YES, 12, "i|we am|are okay|fine|good|happy|cool with" },
    { BUILTIN_YES, 12, "you can|may|could book|confirm|go|do|put" },
    { BUILTIN_YES, 12, "suits me|us" },
    { BUILTIN_YES, -12, "that|it|this will|would|should|is|does not" },
    { BUILTIN_YES, 12, "sounds|looks|seems|works * wonderful|lovely|awesome|"
      "fantastic|amazing|excellent|nice|better|okay|ideal" },

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
    { BUILTIN_GREETING, 12, "how are|is you|it|everything|things going|doing|"
      "today|been|#" },
    { BUILTIN_GREETING, 12, "is this the|doctor|a|your * office|clinic|salon|"
      "restaurant|place|shop|practice" },
    { BUILTIN_GREETING, 12, "good morning|afternoon|evening to" },
    { BUILTIN_GREETING, 12, "^ yes|hi|hello? hi|hello? is this" },
};
/* clang-format on */

#endif /* DIALOGUE_BUILTIN_CLUES_TALK_H */
