/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ngx_frontdesk_lag.h"

#define MS UINT64_C(1000000)
#define S (1000 * MS)

static void
all_are_counted(void **state)
{
    ngx_frontdesk_lag_t lag = { 0 };

    (void) state;
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1000 * S), 0);
    ngx_frontdesk_lag_add(&lag, 1000 * S, 1000 * S + 3 * MS);
    ngx_frontdesk_lag_add(&lag, 1001 * S, 1001 * S + 2 * MS);
    assert_int_equal(lag.count, 2);
    assert_int_equal(lag.sum_ns, 5 * MS);
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1001 * S), 3 * MS);
}

static void
early_is_not_late(void **state)
{
    ngx_frontdesk_lag_t lag = { 0 };

    (void) state;
    ngx_frontdesk_lag_add(&lag, 1000 * S + MS, 1000 * S);
    assert_int_equal(lag.count, 1);
    assert_int_equal(lag.sum_ns, 0);
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1000 * S), 0);
}

static void
the_worst_is_forgotten_after_a_minute(void **state)
{
    ngx_frontdesk_lag_t lag = { 0 };

    (void) state;
    ngx_frontdesk_lag_add(&lag, 1000 * S, 1000 * S + 9 * MS);
    ngx_frontdesk_lag_add(&lag, 1030 * S, 1030 * S + 4 * MS);
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1059 * S), 9 * MS);
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1060 * S), 4 * MS);
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1090 * S), 0);
}

static void
a_second_takes_the_place_of_one_long_ago(void **state)
{
    ngx_frontdesk_lag_t lag = { 0 };

    (void) state;
    ngx_frontdesk_lag_add(&lag, 1000 * S, 1000 * S + 9 * MS);
    ngx_frontdesk_lag_add(&lag, 1060 * S, 1060 * S + MS);
    assert_int_equal(ngx_frontdesk_lag_max_ns(&lag, 1060 * S), MS);
    assert_int_equal(lag.sum_ns, 10 * MS);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_counted),
        cmocka_unit_test(early_is_not_late),
        cmocka_unit_test(the_worst_is_forgotten_after_a_minute),
        cmocka_unit_test(a_second_takes_the_place_of_one_long_ago),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
