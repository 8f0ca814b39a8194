/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/retry.h"

static const retry_policy_t policy = { 200, 8000, 20 };

static void
fill(retry_budget_t *budget)
{
    budget->tenths = RETRY_BUDGET_MAX;
}

static void
waits_double_and_differ(void **state)
{
    unsigned       tried;
    uint32_t       low, high, wait;
    retry_budget_t budget;
    fault_t        lost = { FAULT_LOST, 0, "" };

    (void) state;

    for (tried = 0, high = 200; tried < 10; tried++) {
        fill(&budget);
        assert_int_equal(
            retry_next(&budget, &policy, &lost, tried, 0, &wait), 1);
        low = wait;
        assert_int_equal(retry_next(&budget, &policy, &lost, tried,
                                    high / 2, &wait),
                         1);
        assert_int_equal(low, high / 2);
        assert_int_equal(wait, high);
        high = high * 2 < 8000 ? high * 2 : 8000;
    }
}

static void
what_cannot_get_better_is_not_tried_again(void **state)
{
    uint32_t       wait = 77;
    retry_budget_t budget;
    fault_t        refused = { FAULT_REFUSED, 0, "" };
    fault_t        invalid = { FAULT_INVALID, 0, "" };
    fault_t        lost = { FAULT_LOST, 0, "" };

    (void) state;
    fill(&budget);
    assert_int_equal(retry_next(&budget, &policy, &refused, 0, 1, &wait), 0);
    assert_int_equal(retry_next(&budget, &policy, &invalid, 0, 1, &wait), 0);
    assert_int_equal(retry_next(&budget, &policy, &lost, 20, 1, &wait), 0);
    assert_int_equal(wait, 77);
    assert_int_equal(budget.tenths, RETRY_BUDGET_MAX);
}

static void
what_it_asks_for_is_waited_for(void **state)
{
    uint32_t       wait = 0, random;
    retry_budget_t budget;
    fault_t        busy = { FAULT_BUSY, 3000, "" };
    fault_t        later = { FAULT_BUSY, 8001, "" };

    (void) state;

    for (random = 0; random < 500; random++) {
        fill(&budget);
        assert_int_equal(
            retry_next(&budget, &policy, &busy, 0, random, &wait), 1);
        assert_in_range(wait, 3000, 3100);
    }

    assert_int_equal(retry_next(&budget, &policy, &later, 0, 1, &wait), 0);
}

static void
one_in_ten_is_tried_again(void **state)
{
    int            i;
    uint32_t       wait, again = 0;
    retry_budget_t budget = { 0 };
    fault_t        lost = { FAULT_LOST, 0, "" };

    (void) state;

    for (i = 0; i < 1000; i++) {
        retry_begin(&budget);
        again += (uint32_t) retry_next(&budget, &policy, &lost, 0, 1, &wait);
    }

    assert_int_equal(again, 100);

    /* What was not used of it is kept, but not for ever. */
    for (i = 0; i < 1000; i++) {
        retry_begin(&budget);
    }

    for (again = 0;
         retry_next(&budget, &policy, &lost, 0, 1, &wait) && again < 1000;
         again++)
    {
        /* on */
    }

    assert_int_equal(again, RETRY_BUDGET_MAX / 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_double_and_differ),
        cmocka_unit_test(what_cannot_get_better_is_not_tried_again),
        cmocka_unit_test(what_it_asks_for_is_waited_for),
        cmocka_unit_test(one_in_ten_is_tried_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
