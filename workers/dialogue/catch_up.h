/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_CATCH_UP_H
#define DIALOGUE_CATCH_UP_H

#include "dialogue/context.h"

/*
 * What a model that keeps its own account of a conversation is told when it
 * takes over in the middle of one: what the caller has said since something
 * was last done for them, in one breath.
 */
#define CATCH_UP_BYTES 640

typedef struct {
    llm_message_t message;
    char          text[CATCH_UP_BYTES];
} catch_up_t;

/* 1; or 0: all that the caller said is done, and they have not been told. */
int catch_up_make(catch_up_t *catch_up, const llm_message_t *messages,
                  size_t count);

#endif /* DIALOGUE_CATCH_UP_H */
