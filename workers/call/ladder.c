/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "call/ladder.h"

/* How long who failed is left alone; twice as long each time. */
#define SHUT_MS 10000
#define SHUT_MAX_MS (5 * 60 * 1000)
/* Who is busy and does not say for how long. */
#define BUSY_MS 20000

static uint64_t ladder_shut_until(const ladder_rung_t *rung,
                                  const fault_t *fault, uint64_t now_ms);
static int      ladder_use_best(ladder_t *ladder, unsigned from,
                                unsigned until, uint64_t now_ms);

void
ladder_init(ladder_t *ladder)
{
    memset(ladder, 0, sizeof(*ladder));
}

int
ladder_add(ladder_t *ladder, const char *name)
{
    unsigned i;

    for (i = 0; i < ladder->count; i++) {
        if (strcmp(ladder->rungs[i].name, name) == 0) {
            return -EEXIST;
        }
    }

    if (ladder->count == LADDER_RUNGS) {
        return -ENOSPC;
    }

    ladder->rungs[ladder->count++].name = name;

    return 0;
}

int
ladder_fall(ladder_t *ladder, const fault_t *fault, uint64_t now_ms)
{
    ladder_rung_t *rung = &ladder->rungs[ladder->at];

    if (!ladder_has_next(ladder)) {
        return -ENOENT;
    }

    rung->shut_until_ms = ladder_shut_until(rung, fault, now_ms);
    rung->falls++;

    /* The last one is taken even if it has failed: there is no other. */
    if (!ladder_use_best(ladder, ladder->at + 1, ladder->count, now_ms)) {
        ladder->at = ladder->count - 1;
    }

    return 0;
}

int
ladder_climb(ladder_t *ladder, uint64_t now_ms)
{
    return ladder_use_best(ladder, 0, ladder->at, now_ms);
}

void
ladder_hold(ladder_t *ladder)
{
    ladder->rungs[ladder->at].falls = 0;
}

const char *
ladder_name(const ladder_t *ladder)
{
    return ladder->rungs[ladder->at].name;
}

int
ladder_has_next(const ladder_t *ladder)
{
    return ladder->at + 1 < ladder->count;
}

static uint64_t
ladder_shut_until(const ladder_rung_t *rung, const fault_t *fault,
                  uint64_t now_ms)
{
    uint64_t shut_ms = SHUT_MS;
    unsigned i;

    switch (fault->kind) {

    case FAULT_REFUSED:
        return UINT64_MAX; /* nobody changes a key within a call */

    case FAULT_BUSY:
        return now_ms + (fault->retry_ms > 0 ? fault->retry_ms : BUSY_MS);

    case FAULT_LOST:
    case FAULT_INVALID:
        break;
    }

    for (i = 0; i < rung->falls && shut_ms < SHUT_MAX_MS; i++) {
        shut_ms *= 2;
    }

    if (shut_ms < fault->retry_ms) {
        shut_ms = fault->retry_ms;
    }

    return now_ms + shut_ms;
}

static int
ladder_use_best(ladder_t *ladder, unsigned from, unsigned until,
                uint64_t now_ms)
{
    unsigned i;

    for (i = from; i < until; i++) {
        if (ladder->rungs[i].shut_until_ms <= now_ms) {
            ladder->at = i;
            return 1;
        }
    }

    return 0;
}
