/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/host_own.h"
#include "net/keys.h"

static uv_loop_t   loop;
static net_host_t *host;
static keys_t     *keys;

static int
setup(void **state)
{
    net_host_options_t options = { NULL, NULL, NULL };

    (void) state;
    assert_int_equal(uv_loop_init(&loop), 0);
    assert_int_equal(net_host_create(&host, &loop, &options), 0);
    keys = NULL;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    keys_destroy(keys);
    net_host_destroy(host);
    (void) uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);

    return 0;
}

static unsigned
take(const char *text)
{
    unsigned    index = 99;
    const char *key = keys_take(keys, &index);

    assert_non_null(key);
    assert_string_equal(key, text);

    return index;
}

static void
they_take_turns(void **state)
{
    (void) state;
    assert_int_equal(keys_create(&keys, host, "s", " a, b ,,c\n"), 0);
    assert_int_equal(keys_count(keys), 3);
    keys_give(keys, take("a"), NULL);
    keys_give(keys, take("b"), NULL);
    keys_give(keys, take("c"), NULL);
    keys_give(keys, take("a"), NULL);
}

static void
who_is_used_least_is_taken(void **state)
{
    unsigned a, b;

    (void) state;
    assert_int_equal(keys_create(&keys, host, "s", "a,b"), 0);
    a = take("a");
    b = take("b");
    (void) take("a");
    keys_give(keys, b, NULL);
    (void) take("b");
    keys_give(keys, a, NULL);
    keys_give(keys, a, NULL);
    (void) take("a");
}

static void
who_was_refused_or_is_busy_rests(void **state)
{
    unsigned index;
    fault_t  refused = { FAULT_REFUSED, 0, "" };
    fault_t  busy = { FAULT_BUSY, 3600000, "" };
    fault_t  lost = { FAULT_LOST, 0, "" };

    (void) state;
    assert_int_equal(keys_create(&keys, host, "s", "a,b"), 0);
    keys_give(keys, take("a"), &lost);
    keys_give(keys, take("b"), &refused);
    keys_give(keys, take("a"), NULL);
    assert_int_equal(keys_wait_ms(keys), 0);
    keys_give(keys, take("a"), &busy);
    assert_null(keys_take(keys, &index));
    assert_in_range(keys_wait_ms(keys), 1, 60000);
}

static void
whose_breaker_is_open_rests(void **state)
{
    int        i;
    unsigned   index;
    desk_ask_t ask;
    net_peer_t peer = { "s", "b", "https://example.com/", 0 };
    fault_t    lost = { FAULT_LOST, 0, "" };

    (void) state;
    assert_int_equal(keys_create(&keys, host, "s", "a,b"), 0);

    for (i = 0; i < DESK_BREAKER_FAULTS; i++) {
        assert_int_equal(net_ask(host, &peer, 1000, &ask), 0);
        net_tell(host, &ask, &lost);
    }

    assert_int_equal(net_ask(host, &peer, 1000, &ask), -EBUSY);
    index = take("a");
    (void) take("a");
    keys_give(keys, index, NULL);
    (void) take("a");
}

static void
none_is_one_too_and_what_is_none_is_refused(void **state)
{
    size_t i;
    char   many[3 * KEYS_MAX] = "";

    (void) state;
    assert_int_equal(keys_create(&keys, host, "s", ""), 0);
    keys_give(keys, take(""), NULL);
    keys_destroy(keys);
    keys = NULL;
    assert_int_equal(keys_create(&keys, host, "s", "a,b c"), -EINVAL);
    assert_int_equal(keys_create(&keys, host, "s", "a,b\r\nX: y"), -EINVAL);

    for (i = 0; i < KEYS_MAX; i++) {
        strcat(many, "k,");
    }

    strcat(many, "k");
    assert_int_equal(keys_create(&keys, host, "s", many), -EINVAL);
}

#define KEYS_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        KEYS_TEST(they_take_turns),
        KEYS_TEST(who_is_used_least_is_taken),
        KEYS_TEST(who_was_refused_or_is_busy_rests),
        KEYS_TEST(whose_breaker_is_open_rests),
        KEYS_TEST(none_is_one_too_and_what_is_none_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
