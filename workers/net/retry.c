/* SPDX-License-Identifier: BSD-2-Clause */

#include "net/retry.h"

#define FIRST_MS 200
#define MAX_MS   8000
#define TENTHS   10

void
retry_begin(retry_budget_t *budget)
{
    if (budget->tenths < RETRY_BUDGET_MAX) {
        budget->tenths++;
    }
}

int
retry_next(retry_budget_t *budget, const retry_policy_t *policy,
           const fault_t *fault, unsigned tried, uint32_t random,
           uint32_t *wait_ms)
{
    unsigned i;
    uint64_t wait, max;

    /* What it says wrong it will say wrong again; so it is with a key. */
    if (fault->kind == FAULT_REFUSED || fault->kind == FAULT_INVALID
        || tried >= policy->tries || budget->tenths < TENTHS)
    {
        return 0;
    }

    max = policy->max_ms != 0 ? policy->max_ms : MAX_MS;
    wait = policy->first_ms != 0 ? policy->first_ms : FIRST_MS;

    for (i = 0; i < tried && wait < max; i++) {
        wait *= 2;
    }

    wait = wait < max ? wait : max;
    wait = wait / 2 + random % (wait / 2 + 1);

    /* Not sooner than it said; and not all of those it told at once. */
    if (fault->retry_ms != 0) {
        if (fault->retry_ms > max) {
            return 0;
        }

        wait = fault->retry_ms + wait / 4;
    }

    budget->tenths -= TENTHS;
    *wait_ms = (uint32_t) wait;

    return 1;
}
