/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_BUILTIN_CLAUSE_H
#define DIALOGUE_BUILTIN_CLAUSE_H

#include "dialogue/builtin_intent.h"

/*
 * An utterance as clauses, each of which may want something of its own, or
 * tell what another one is about: "I have a table at seven", "I can't come".
 */

#define BUILTIN_CLAUSES_MAX 8

#define BUILTIN_ENOUGH 6  /* points that make an intent */
#define BUILTIN_SURE   10 /* points that are enough by themselves */

#define BUILTIN_FIRST_TASK BUILTIN_RESCHEDULE
#define BUILTIN_LAST_TASK  BUILTIN_FAQ

typedef struct {
    size_t           from, to;
    builtin_intent_e intent; /* a task, or BUILTIN_OTHER */
    int              points;
    unsigned         owns:1;     /* tells of an appointment there is */
    unsigned         declines:1; /* tells what the caller cannot do */
} builtin_clause_t;

/*
 * Cuts and weighs. social: of each intent that is no task, the most points
 * of a clause. Returns how many clauses there are.
 */
size_t builtin_clauses(builtin_clause_t *clauses, const builtin_words_t *ws,
                       const builtin_context_t *context, int *social);

#endif /* DIALOGUE_BUILTIN_CLAUSE_H */
