/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NET_RETRY_H
#define NET_RETRY_H

#include <stdint.h>

#include "net/fault.h"

/*
 * Whether to try again, and when. Waits double, and are drawn at random so
 * that those who failed together do not come back together. All who ask one
 * service share a budget of a tenth of what is asked: where all fails, trying
 * again would only double the load.
 */
typedef struct {
    uint32_t tenths; /* of tries that may be made; each request adds one */
} retry_budget_t;

#define RETRY_BUDGET_MAX 100 /* ten in a row */

typedef struct {
    uint32_t first_ms; /* 0: 200 */
    uint32_t max_ms;   /* 0: 8,000 */
    unsigned tries;    /* more tries at most; 0: none */
} retry_policy_t;

/* Once for each request that is begun, but not for each try. */
void retry_begin(retry_budget_t *budget);

/*
 * After a fault of the try number `tried` (the first is 0). Returns 1, and
 * then *wait_ms is how long to wait, or 0: not again. What the service asked
 * for is waited for, and if that is longer than max_ms, not at all. `random`
 * is any number.
 */
int retry_next(retry_budget_t *budget, const retry_policy_t *policy,
               const fault_t *fault, unsigned tried, uint32_t random,
               uint32_t *wait_ms);

#endif /* NET_RETRY_H */
