/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_RECALL_H
#define CALL_RECALL_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "dialogue/context.h"

/* A call that was another worker's: what was said and done in it before. */

/*
 * Turns, as the store gives them, become the model's context; what tools did
 * goes into the call's summary. Returns whether the last word was the
 * caller's.
 */
int recall_turns(const cJSON *turns, context_t *context, char *summary,
                 size_t room);

/* What to say when it was not: the last question again, after an excuse. */
void recall_question(const context_t *context, char *text, size_t room);

#endif /* CALL_RECALL_H */
