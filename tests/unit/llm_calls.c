/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "provider/llm_calls.h"

static llm_calls_t calls;

static int
forget(void **state)
{
    (void) state;
    llm_calls_clear(&calls);
    return 0;
}

static void
expect_call(unsigned at, const char *id, const char *name, const char *args)
{
    assert_true(at < calls.count);
    assert_string_equal(calls.calls[at].id, id);
    assert_string_equal(calls.calls[at].name, name);
    assert_string_equal(calls.calls[at].args, args);
}

static void
two_calls_a_byte_at_a_time_do_not_mix(void **state)
{
    size_t      i;
    const char *first = "{\"date\":\"2026-05-04\"}", *second = "{\"n\":1}";

    (void) state;
    assert_int_equal(llm_calls_add(&calls, 0, "a", "one", ""), 0);
    assert_int_equal(llm_calls_add(&calls, 1, "b", "two", ""), 0);
    for (i = 0; i < strlen(first); i++) {
        char byte[2] = { first[i], '\0' };

        assert_int_equal(llm_calls_add(&calls, 0, "", NULL, byte), 0);
        if (i < strlen(second)) {
            byte[0] = second[i];
            assert_int_equal(llm_calls_add(&calls, 1, NULL, "", byte), 0);
        }
    }

    assert_int_equal(calls.count, 2);
    expect_call(0, "a", "one", first);
    expect_call(1, "b", "two", second);
}

static void
an_index_used_again_with_another_id_is_another_call(void **state)
{
    (void) state;
    (void) llm_calls_add(&calls, 0, "a", "one", "{\"x\":");
    (void) llm_calls_add(&calls, 0, "a", "", "1}");
    (void) llm_calls_add(&calls, 0, "b", "one", "{\"x\":2");
    (void) llm_calls_add(&calls, 0, "", "", "}");
    (void) llm_calls_add(&calls, 0, "", "two", "{}");
    assert_int_equal(calls.count, 3);
    expect_call(0, "a", "one", "{\"x\":1}");
    expect_call(1, "b", "one", "{\"x\":2}");
    expect_call(2, "", "two", "{}");
}

static void
without_an_index_the_id_or_the_order_tells(void **state)
{
    (void) state;
    (void) llm_calls_add(&calls, -1, "a", "one", "{");
    (void) llm_calls_add(&calls, -1, "b", "two", "{");
    (void) llm_calls_add(&calls, -1, "a", "", "}");
    (void) llm_calls_add(&calls, -1, "", "", "}");
    (void) llm_calls_add(&calls, -1, "", "three", "{}");
    (void) llm_calls_add(&calls, -1, "", "three", "{}");
    assert_int_equal(calls.count, 4);
    expect_call(0, "a", "one", "{}");
    expect_call(1, "b", "two", "{}");
    expect_call(2, "", "three", "{}");
    expect_call(3, "", "three", "{}");
}

static void
every_call_gets_an_id_of_its_own(void **state)
{
    unsigned i, j;

    (void) state;
    (void) llm_calls_add(&calls, 0, "", "one", "");
    (void) llm_calls_add(&calls, 1, "call_1", "one", "");
    (void) llm_calls_add(&calls, 2, "call_1", "one", "");
    (void) llm_calls_add(&calls, 3, "same", "one", "");
    (void) llm_calls_add(&calls, 4, "same", "one", "");
    llm_calls_number(&calls);

    assert_string_equal(calls.calls[1].id, "call_1");
    for (i = 0; i < 5; i++) {
        assert_true(calls.calls[i].id[0] != '\0');
        for (j = 0; j < i; j++) {
            assert_string_not_equal(calls.calls[i].id, calls.calls[j].id);
        }
    }
}

static void
more_than_is_taken_is_refused(void **state)
{
    int   i;
    char *much = malloc(LLM_CALL_ARGS_MAX + 2);

    (void) state;
    memset(much, 'x', LLM_CALL_ARGS_MAX + 1);
    much[LLM_CALL_ARGS_MAX + 1] = '\0';
    assert_int_equal(llm_calls_add(&calls, 0, "a", "one", much), -E2BIG);
    much[LLM_CALL_ARGS_MAX] = '\0';
    assert_int_equal(llm_calls_add(&calls, 0, "", "", much), 0);
    assert_int_equal(llm_calls_add(&calls, 0, "", "", "x"), -E2BIG);
    for (i = 1; i < LLM_CALLS_ARGS_MAX / LLM_CALL_ARGS_MAX; i++) {
        assert_int_equal(llm_calls_add(&calls, i, "", "", much), 0);
    }
    assert_int_equal(llm_calls_add(&calls, i, "", "", "x"), -E2BIG);
    free(much);

    llm_calls_clear(&calls);
    for (i = 0; i < LLM_CALLS_MAX; i++) {
        assert_int_equal(llm_calls_add(&calls, i, "", "one", ""), 0);
    }
    assert_int_equal(llm_calls_add(&calls, i, "", "one", ""), -E2BIG);
    assert_int_equal(llm_calls_add(&calls, i - 1, "", "", "{}"), 0);
}

static void
long_names_and_ids_are_cut_and_still_known(void **state)
{
    char name[200];

    (void) state;
    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    assert_int_equal(llm_calls_add(&calls, 0, name, name, "{"), 0);
    assert_int_equal(llm_calls_add(&calls, 0, name, name, "}"), 0);
    assert_int_equal(llm_calls_add(&calls, -1, name, "", " "), 0);
    assert_int_equal(calls.count, 1);
    assert_string_equal(calls.calls[0].args, "{} ");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(two_calls_a_byte_at_a_time_do_not_mix,
                                  forget),
        cmocka_unit_test_teardown(
            an_index_used_again_with_another_id_is_another_call, forget),
        cmocka_unit_test_teardown(without_an_index_the_id_or_the_order_tells,
                                  forget),
        cmocka_unit_test_teardown(every_call_gets_an_id_of_its_own, forget),
        cmocka_unit_test_teardown(more_than_is_taken_is_refused, forget),
        cmocka_unit_test_teardown(long_names_and_ids_are_cut_and_still_known,
                                  forget),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
