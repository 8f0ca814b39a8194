/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_USAGE_H
#define CALL_USAGE_H

#include <stdint.h>

/*
 * What a call has taken of services outside, as sums of this owner. Only what
 * is paid for by quantity: who runs here is not counted.
 */
#define USAGE_UNITS(U)                                                        \
    U(SECOND, "second") /* of audio */                                        \
    U(CHARACTER, "character")                                                 \
    U(TOKEN_IN, "token_in")                                                   \
    U(TOKEN_OUT, "token_out")

#define USAGE_UNIT_ENUM(name, text) USAGE_##name,
typedef enum { USAGE_UNITS(USAGE_UNIT_ENUM) USAGE_UNIT_COUNT } usage_unit_e;
#undef USAGE_UNIT_ENUM

/* A ladder has at most five rungs a kind; few of them are ever used. */
#define USAGE_ROWS_MAX 12

typedef struct {
    const char *kind;     /* stt, llm, tts, speech */
    const char *provider; /* these outlive the call */
    const char *model;
    uint64_t    sums[USAGE_UNIT_COUNT];
} usage_row_t;

typedef struct {
    usage_row_t rows[USAGE_ROWS_MAX];
    unsigned    count;
    unsigned    changed:1; /* since it was told last */
} usage_t;

/* A row too many is not counted. */
void usage_add(usage_t *usage, const char *kind, const char *provider,
               const char *model, usage_unit_e unit, uint64_t quantity);

/*
 * As worker.usage_set() takes it, to be freed with cJSON_free(); NULL: there
 * is nothing new, or no memory.
 */
char *usage_take(usage_t *usage);

#endif /* CALL_USAGE_H */
