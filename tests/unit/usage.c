/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "call/usage.h"

static usage_t usage;

static int
setup(void **state)
{
    (void) state;
    memset(&usage, 0, sizeof(usage));

    return 0;
}

static void
expect(const char *wanted)
{
    char *text = usage_take(&usage);

    assert_non_null(text);
    assert_string_equal(text, wanted);
    cJSON_free(text);
}

static void
sums_grow_and_are_told_when_they_did(void **state)
{
    (void) state;
    assert_null(usage_take(&usage));
    usage_add(&usage, "llm", "openai", "small", USAGE_TOKEN_IN, 0);
    assert_null(usage_take(&usage));

    usage_add(&usage, "llm", "openai", "small", USAGE_TOKEN_IN, 200);
    usage_add(&usage, "llm", "openai", "small", USAGE_TOKEN_OUT, 7);
    expect("[{\"kind\":\"llm\",\"provider\":\"openai\",\"model\":\"small\","
           "\"unit\":\"token_in\",\"quantity\":200},"
           "{\"kind\":\"llm\",\"provider\":\"openai\",\"model\":\"small\","
           "\"unit\":\"token_out\",\"quantity\":7}]");
    assert_null(usage_take(&usage));

    usage_add(&usage, "llm", "openai", "small", USAGE_TOKEN_OUT, 3);
    expect("[{\"kind\":\"llm\",\"provider\":\"openai\",\"model\":\"small\","
           "\"unit\":\"token_in\",\"quantity\":200},"
           "{\"kind\":\"llm\",\"provider\":\"openai\",\"model\":\"small\","
           "\"unit\":\"token_out\",\"quantity\":10}]");
}

static void
models_and_providers_are_told_apart(void **state)
{
    (void) state;
    usage_add(&usage, "tts", "cartesia", "a", USAGE_CHARACTER, 1);
    usage_add(&usage, "tts", "cartesia", "b", USAGE_CHARACTER, 2);
    usage_add(&usage, "tts", "openai", "a", USAGE_CHARACTER, 4);
    usage_add(&usage, "stt", "openai", "a", USAGE_SECOND, 8);
    assert_int_equal(usage.count, 4);
    usage_add(&usage, "tts", "cartesia", "b", USAGE_CHARACTER, 2);
    assert_int_equal(usage.count, 4);
    assert_int_equal(usage.rows[1].sums[USAGE_CHARACTER], 4);
}

static void
a_row_too_many_is_left_out(void **state)
{
    int  i;
    char names[USAGE_ROWS_MAX + 1][8];

    (void) state;
    for (i = 0; i <= USAGE_ROWS_MAX; i++) {
        (void) snprintf(names[i], sizeof(names[i]), "m%d", i);
        usage_add(&usage, "llm", "openai", names[i], USAGE_TOKEN_IN, 1);
    }
    assert_int_equal(usage.count, USAGE_ROWS_MAX);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sums_grow_and_are_told_when_they_did, setup),
        cmocka_unit_test_setup(models_and_providers_are_told_apart, setup),
        cmocka_unit_test_setup(a_row_too_many_is_left_out, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
