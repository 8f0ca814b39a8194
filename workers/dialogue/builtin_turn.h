/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_TURN_H
#define DIALOGUE_BUILTIN_TURN_H

#include "dialogue/builtin_flow.h"

/* What the files that put a turn to use share; nobody else includes it. */

/*
 * What the caller said, put to use. Steps look at it in turn: some take all
 * of it, some a part, and what no step could use was not understood. Steps
 * that only fill something in leave it to builtin_next() to go on.
 */
typedef enum {
    BUILTIN_PASSED, /* nothing of it is for this step */
    BUILTIN_USED,   /* some: go on with the next step */
    BUILTIN_TAKEN   /* all, and the reply is complete */
} builtin_step_e;

typedef struct {
    builtin_heard_t heard;
    const char     *text;
    unsigned        said;    /* intents, before turn_correct() */
    int             changed; /* something known is different now */
} builtin_turn_t;

/* builtin_fill.c: what is wanted, and what is known about it */
builtin_step_e builtin_take_questions(builtin_t *b, builtin_turn_t *turn);
builtin_step_e builtin_take_task(builtin_t *b, builtin_turn_t *turn);
builtin_step_e builtin_take_facts(builtin_t *b, builtin_turn_t *turn);
builtin_step_e builtin_take_when(builtin_t *b, builtin_turn_t *turn);

/* builtin_reply.c: answers to the question that is open */
builtin_step_e builtin_take_answer(builtin_t *b, builtin_turn_t *turn);

static inline int
says(const builtin_turn_t *turn, builtin_intent_e intent)
{
    return (turn->heard.intents & BUILTIN_BIT(intent)) != 0;
}

static inline int
says_yes(const builtin_turn_t *turn)
{
    return says(turn, BUILTIN_YES) && !says(turn, BUILTIN_NO)
           && !turn->heard.unsure;
}

static inline int
says_no(const builtin_turn_t *turn)
{
    return says(turn, BUILTIN_NO) && !says(turn, BUILTIN_YES)
           && !turn->heard.unsure;
}

/* Something that is to be done or answered. */
static inline int
says_task(const builtin_turn_t *turn)
{
    const unsigned tasks = BUILTIN_BIT(BUILTIN_RESCHEDULE)
                           | BUILTIN_BIT(BUILTIN_CANCEL)
                           | BUILTIN_BIT(BUILTIN_LIST)
                           | BUILTIN_BIT(BUILTIN_MESSAGE)
                           | BUILTIN_BIT(BUILTIN_TRANSFER)
                           | BUILTIN_BIT(BUILTIN_HOURS)
                           | BUILTIN_BIT(BUILTIN_BOOKING)
                           | BUILTIN_BIT(BUILTIN_FAQ);

    return (turn->heard.intents & tasks) != 0;
}

static inline int
in_task(const builtin_t *b)
{
    return b->d.task != BUILTIN_TASK_NONE;
}

#endif /* DIALOGUE_BUILTIN_TURN_H */
