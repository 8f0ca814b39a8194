/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_LLM_CALLS_H
#define PROVIDER_LLM_CALLS_H

#include <stddef.h>

/*
 * Tool calls of one answer, put together from fragments as services send
 * them: by index, by id, by neither, whole or a byte at a time.
 */
#define LLM_CALLS_MAX      16
#define LLM_CALL_ARGS_MAX  (64 * 1024)
#define LLM_CALLS_ARGS_MAX (256 * 1024) /* of all together */

typedef struct {
    int    index; /* -1: it came without */
    char   id[65];
    char   name[65];
    char  *args; /* NULL: none came */
    size_t bytes, room;
} llm_call_t;

typedef struct {
    llm_call_t calls[LLM_CALLS_MAX];
    unsigned   count;
    size_t     bytes;
} llm_calls_t;

/*
 * One fragment; id, name and args may be "" or NULL, which says nothing.
 * Returns 0, -E2BIG: more than is taken, -ENOMEM.
 */
int llm_calls_add(llm_calls_t *c, int index, const char *id, const char *name,
                  const char *args);

/* Whether a call of that index has begun. */
int llm_calls_has(const llm_calls_t *c, int index);

/* Gives every call an id, and no two the same. */
void llm_calls_number(llm_calls_t *c);

void llm_calls_clear(llm_calls_t *c);

#endif /* PROVIDER_LLM_CALLS_H */
