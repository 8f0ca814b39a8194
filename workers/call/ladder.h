/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_LADDER_H
#define CALL_LADDER_H

#include <stdint.h>

#include "net/fault.h"

/*
 * Services of one kind that a call may use, the best first and the embedded
 * one last. Who fails is not asked again before its time, and the last one is
 * never given up. It knows names and times, no service.
 */
#define LADDER_RUNGS 5

typedef struct {
    const char *name;
    uint64_t    shut_until_ms; /* UINT64_MAX: as long as the call lasts */
    unsigned    falls;
} ladder_rung_t;

typedef struct {
    ladder_rung_t rungs[LADDER_RUNGS];
    unsigned      count;
    unsigned      at; /* the one in use */
} ladder_t;

void ladder_init(ladder_t *ladder);

/* Each name once; the last one added stays the last. 0, -EEXIST, -ENOSPC. */
int ladder_add(ladder_t *ladder, const char *name);

/* The rung in use failed. 0: another is; or -ENOENT: it was the last. */
int ladder_fall(ladder_t *ladder, const fault_t *fault, uint64_t now_ms);

/* Whether a better one than that in use may be tried; it is in use then. */
int ladder_climb(ladder_t *ladder, uint64_t now_ms);

/* It did what it was asked: its failures are forgiven. */
void ladder_hold(ladder_t *ladder);

const char *ladder_name(const ladder_t *ladder);

/* Whether there is one below. */
int ladder_has_next(const ladder_t *ladder);

#endif /* CALL_LADDER_H */
