/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_INTENT_H
#define DIALOGUE_BUILTIN_INTENT_H

#include <stdint.h>

#include "dialogue/builtin_slots.h"
#include "dialogue/builtin_when.h"
#include "dialogue/builtin_word.h"

/* Earlier ones win where two are as likely. */
#define BUILTIN_INTENTS(S)                                 \
    S(OTHER, "other")                                      \
    S(RESCHEDULE, "reschedule") /* moves an appointment */ \
    S(CANCEL, "cancel")                                    \
    S(LIST, "list") /* what appointments do I have? */     \
    S(MESSAGE, "message")                                  \
    S(TRANSFER, "transfer") /* wants a person */           \
    S(HOURS, "hours")                                      \
    S(BOOKING, "booking")                                  \
    S(FAQ, "faq")                                          \
    S(GIVE_PHONE, "give_phone")                            \
    S(GIVE_NAME, "give_name")                              \
    S(GIVE_TIME, "give_time")                              \
    S(REPEAT, "repeat")                                    \
    S(GOODBYE, "goodbye")                                  \
    S(NO, "no")                                            \
    S(YES, "yes")                                          \
    S(THANKS, "thanks")                                    \
    S(GREETING, "greeting")

#define BUILTIN_INTENT_ENUM(name, text) BUILTIN_##name,
typedef enum {
    BUILTIN_INTENTS(BUILTIN_INTENT_ENUM)
        BUILTIN_INTENT_COUNT
} builtin_intent_e;

#define BUILTIN_BIT(intent) (1U << (intent))

#define BUILTIN_QUERY_BYTES 160

/* What is known before the utterance. */
typedef struct {
    int32_t            now; /* local minutes since 1970 */
    const char *const *services;
    size_t             service_count;
    unsigned           name_asked:1;
    unsigned           phone_asked:1;
    unsigned           time_asked:1;
} builtin_context_t;

/* What the utterance says. */
typedef struct {
    builtin_intent_e main;
    int              points;     /* of main, when it is a task */
    unsigned         intents;    /* BUILTIN_BIT of each */
    builtin_when_t   when;       /* of what the caller wants */
    builtin_when_t   hours_when; /* of a question about hours */
    builtin_name_t   name;
    builtin_digits_t digits;
    int              service; /* index, or -1 */
    int32_t          own_day; /* of the caller's appointment, if said */
    int              party;   /* guests, or 0 */
    int              pick;    /* 1: the first of what was offered; -1: last */
    int              content; /* words that carry meaning */
    unsigned         has_name:1;
    unsigned         has_digits:1;
    unsigned         about_own:1;                /* says "my appointment" */
    unsigned         waits:1;                    /* "hold on a second" */
    unsigned         drops:1;                    /* "never mind" */
    unsigned         unsure:1;                   /* "I don't know" */
    unsigned         agrees:1;                   /* says "yes" itself */
    unsigned         asks_open:1;                /* "are you open ...?" */
    unsigned         present:1;                  /* "can you hear me?" */
    unsigned         robot:1;                    /* "are you a machine?" */
    char             query[BUILTIN_QUERY_BYTES]; /* for search_knowledge */
} builtin_heard_t;

void builtin_understand(builtin_heard_t *heard, const char *text,
                        const builtin_context_t *context);

const char *builtin_intent_name(builtin_intent_e intent);

#endif /* DIALOGUE_BUILTIN_INTENT_H */
