/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DIALOGUE_CONTEXT_H
#define DIALOGUE_CONTEXT_H

#include <stddef.h>

#include "provider/provider.h"

/*
 * The conversation as a language model sees it: what the caller said, what
 * the caller heard of what the assistant said, which tools ran and what came
 * of them. Owned by the call.
 */
typedef struct {
    llm_message_t *messages; /* strings are owned */
    size_t         count;
    size_t         room;
    size_t         answer; /* where the messages of the last answer begin */
} context_t;

void context_init(context_t *c);
void context_clear(context_t *c);

/* Adds at the end; text, name and id are copied. 0 or -ENOMEM. */
int context_add(context_t *c, llm_role_e role, const char *text,
                const char *name, const char *id);

/* The recognizer is far from sure of the last message. */
void context_doubt(context_t *c);

/* What was added beyond the first `count` messages was never said. */
void context_drop(context_t *c, size_t count);

/* What the assistant says from here on is one answer. */
void context_begin(context_t *c);

/*
 * The last answer becomes what was heard of it; of what was not heard nothing
 * stays. What tools did stays: it happened.
 */
void context_cut(context_t *c, const char *heard);

/* Text of the last message of that role, or NULL. */
const char *context_last(const context_t *c, llm_role_e role);

#endif /* DIALOGUE_CONTEXT_H */
