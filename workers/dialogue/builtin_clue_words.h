/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_CLUE_WORDS_H
#define DIALOGUE_BUILTIN_CLUE_WORDS_H

/* Words of a kind, for patterns; and what clauses tell about each other. */

/* clang-format off */
#define APPOINTMENT                                                       \
    "appointment|appointments|booking|bookings|reservation|reservations|" \
    "visit|consultation|session"
#define SOMEONE "someone|somebody|anyone|anybody"
#define DAYS                                                              \
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|"     \
    "tomorrow|tonight"
/* Whom one goes to see. */
#define PRO                                                               \
    "doctor|dentist|hygienist|lawyer|attorney|stylist|barber|"            \
    "hairdresser|therapist|vet|specialist|nurse|optometrist|physician|"   \
    "dermatologist|orthodontist|chiropractor|counselor|accountant|"       \
    "colorist|surgeon|advisor|notary"
/* Whom one has come. */
#define TRADE                                                             \
    "plumber|electrician|technician|repairman|handyman|mechanic|"         \
    "carpenter|painter|roofer|locksmith|exterminator|contractor|"         \
    "inspector|gardener|cleaner|plumbers|crew|guy|installer"
#define PERSON                                                            \
    "person|human|" SOMEONE "|" PRO "|manager|owner|receptionist|"        \
    "representative|agent|operator|supervisor|chef|boss|office|staff|"    \
    "billing|department|people|assistant|desk|team|rep|secretary|"        \
    "partner|paralegal|host|hostess|accounting"
/* What is done for people, and to things. */
#define TREATMENT                                                         \
    "haircut|haircuts|manicure|pedicure|massage|facial|cut|trim|color|"   \
    "highlights|perm|waxing|blowout|exam|physical|checkup|cleaning|"      \
    "filling|crown|extraction|whitening|consultation|repair|inspection|"  \
    "estimate|quote|installation|shot|vaccination|test|screening|"        \
    "follow|treatment|treatments|tune|service|shave|cleanings|checkups"
#define DONE                                                              \
    "done|cut|colored|trimmed|cleaned|checked|fixed|looked|whitened|"     \
    "waxed|painted|repaired|replaced|pulled|removed|inspected|serviced|"  \
    "tuned|groomed|styled|washed|examined|installed|filled|dyed|tested"
#define BROKEN                                                            \
    "broken|leaking|clogged|overflowing|flooded|flooding|dripping|"       \
    "backed|stuck|burst|frozen|dead|jammed|blocked"
#define CANCELING "cancel|canceling|cancelling|canceled|cancelled"
#define MOVING                                                            \
    "move|change|shift|push|switch|swap|delay|postpone|modify|adjust|"    \
    "bump|trade|moving|changing|switching"

/* The caller tells of an appointment there is. */
static const char *const owns[] = {
    "i|we have|had|got|made|booked a|an|the|my|our|one? * " APPOINTMENT
    "|table",
    "i|we am|are|was|were booked|scheduled|supposed|down|due",
    "^ but|so|and|well|hi|hello? i|we booked|scheduled|reserved",
    "my|our|the " APPOINTMENT " is|was for|at|on|tomorrow|today",
};

/* Something does not suit. */
static const char *const declines[] = {
    "i|we can not|never make|come|get|be|do",
    "i|we will not make|be|come",
    "not going to? work|make|be",
    "does|do|did|will not work",
    "a conflict", "plans|schedule changed", "something came|has|come",
    "something has? is? come|came up", "i|we have to work|travel",
};

/* With one of the above, it wants another time. */
static const char *const moves[] = {
    "can|could|may|would|is|might|let * come|make|do|have|get|find|be|pick|"
    "take|move|push|possible|okay * " DAYS "|next|later|earlier|instead|"
    "another|different|new|at|other|following",
    "can|could|would i|we|you make|do|have|push|move it",
    "need|want|like|prefer|rather * different|another|later|earlier|"
    "new|other|instead|make|come",
    "how|what about", "would|is be? better|easier|best|preferable",
};
/* clang-format on */

#endif /* DIALOGUE_BUILTIN_CLUE_WORDS_H */
