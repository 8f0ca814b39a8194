/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_TURNS_H
#define CALL_TURNS_H

#include <stdint.h>

#include "store/store.h"

/*
 * The turns of a call in order, written as they happen. An assistant's turn
 * is written when its text is whole, and once more when it was cut short.
 */

/*
 * Where the time went between the caller's last sound and the assistant's
 * first. Each is a moment of the worker's clock; 0: there was none.
 */
typedef struct {
    uint64_t voice_end;  /* the caller's last sound */
    uint64_t asked;      /* recognizer asked */
    uint64_t answered;   /* its answer, */
    uint64_t decided;    /* and the turn taken */
    uint64_t token;      /* the model's first word, */
    uint64_t sentence;   /* first sentence made, */
    uint64_t audio;      /* its first audio, */
    uint64_t first_frame; /* and that handed to the carrier */
} turn_times_t;

typedef struct {
    store_t *store;
    int      seq;        /* of the last turn */
    uint64_t started_ms; /* of the call, by the worker's clock */
    uint64_t last_ms;    /* no turn is told to be before the one before it */
} turns_t;

void turns_open(turns_t *turns, store_t *store, int seq, uint64_t started_ms);

void turns_user(turns_t *turns, const char *text, float confidence,
                const turn_times_t *times, const char *state);
void turns_tool(turns_t *turns, const char *name, const char *args,
                const char *result, uint64_t took_ms, uint64_t now_ms);

/*
 * The number of an assistant's turn, to be given back below; and when it is
 * told to have begun, after all that was written until now.
 */
int      turns_begin(turns_t *turns);
uint64_t turns_after(turns_t *turns, uint64_t begun_ms);
void turns_assistant(turns_t *turns, int seq, const char *text,
                     int interrupted, const turn_times_t *times,
                     uint64_t begun_ms, const char *state);

#endif /* CALL_TURNS_H */
