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

#include "tool/tool.h"

static char error[160];

static int
check(const char *tool, const char *args)
{
    const tool_t *t = tool_find(tool);

    assert_non_null(t);
    (void) strcpy(error, "untouched");

    return tool_check(t, args, error, sizeof(error));
}

static void
every_schema_is_an_object_that_knows_what_it_requires(void **state)
{
    size_t       i;
    cJSON       *schema;
    const cJSON *item, *members;

    (void) state;
    assert_true(tool_count > 0);

    for (i = 0; i < tool_count; i++) {
        schema = cJSON_ParseWithOpts(tools[i].schema, NULL, 1);
        assert_non_null(schema);
        members = cJSON_GetObjectItemCaseSensitive(schema, "properties");
        assert_true(cJSON_IsObject(members));

        cJSON_ArrayForEach(item, cJSON_GetObjectItemCaseSensitive(
                                     schema, "required"))
        {
            assert_non_null(cJSON_GetObjectItemCaseSensitive(
                members, item->valuestring));
        }

        cJSON_Delete(schema);
        assert_ptr_equal(tool_find(tools[i].name), &tools[i]);
        assert_true(strlen(tools[i].description) > 0);
    }
}

static void
a_tool_that_is_not_there_is_not_found(void **state)
{
    (void) state;
    assert_null(tool_find("rob_the_bank"));
    assert_null(tool_find(""));
    assert_null(tool_find("End_Call"));
}

static void
right_arguments_pass(void **state)
{
    (void) state;
    assert_int_equal(check("get_available_slots",
                           "{\"date\":\"2026-11-21\",\"part\":\"morning\"}"),
                     0);
    assert_int_equal(check("list_my_appointments", " {} "), 0);
    assert_int_equal(check("end_call", "{\"reason\":\"done\"}"), 0);
    assert_string_equal(error, "untouched");
}

static void
wrong_arguments_are_refused_with_a_sentence(void **state)
{
    size_t i;

    static const struct {
        const char *tool;
        const char *args;
        const char *error;
    } rows[] = {
        { "get_available_slots", "{}", "Argument date is missing." },
        { "get_available_slots", "{\"Date\":\"2026-11-21\"}",
          "Argument date is missing." },
        { "get_available_slots", "{\"date\":20261121}",
          "Argument date is not a string." },
        { "get_available_slots", "{\"date\":null}",
          "Argument date is not a string." },
        { "get_available_slots", "{\"date\":\"d\",\"part\":\"night\"}",
          "Argument part is not one of its choices." },
        { "get_available_slots", "{\"date\":\"d\",\"client_id\":\"x\"}",
          "Argument client_id is not known." },
        { "list_my_appointments", "[]",
          "The arguments are not a JSON object." },
        { "list_my_appointments", "",
          "The arguments are not a JSON object." },
        { "list_my_appointments", "{} {}",
          "The arguments are not a JSON object." },
        { "list_my_appointments", "{}x",
          "The arguments are not a JSON object." },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(check(rows[i].tool, rows[i].args), -EINVAL);
        assert_string_equal(error, rows[i].error);
    }
}

static void
what_is_too_long_is_refused(void **state)
{
    char *args = malloc(8192);

    (void) state;
    assert_non_null(args);
    (void) snprintf(args, 8192, "{\"query\":\"%0500d\"}", 0);
    assert_int_equal(check("search_knowledge", args), 0);
    (void) snprintf(args, 8192, "{\"query\":\"%0501d\"}", 0);
    assert_int_equal(check("search_knowledge", args), -EINVAL);
    assert_string_equal(error, "Argument query is too long.");
    (void) snprintf(args, 8192, "{%*s}", 5000, "");
    assert_int_equal(check("list_my_appointments", args), -EINVAL);
    free(args);
}

static void
a_name_a_model_made_up_is_not_told_back(void **state)
{
    (void) state;
    assert_int_equal(check("end_call", "{\"\\u0001\\\"\xc3\xa9\":\"x\"}"),
                     -EINVAL);
    assert_string_equal(error, "Argument name is not known.");
    assert_int_equal(check("end_call",
                           "{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
                           "aaaaaaaaaaa\":\"x\"}"),
                     -EINVAL);
    assert_string_equal(error, "Argument name is not known.");
    assert_int_equal(check("end_call", "{\"\":\"x\"}"), -EINVAL);
}

static void
nesting_without_end_is_refused(void **state)
{
    char args[4096];

    (void) state;
    memset(args, '[', sizeof(args) - 1);
    args[sizeof(args) - 1] = '\0';
    memcpy(args, "{\"query\":", 9);
    assert_int_equal(check("search_knowledge", args), -EINVAL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            every_schema_is_an_object_that_knows_what_it_requires),
        cmocka_unit_test(a_tool_that_is_not_there_is_not_found),
        cmocka_unit_test(right_arguments_pass),
        cmocka_unit_test(wrong_arguments_are_refused_with_a_sentence),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(a_name_a_model_made_up_is_not_told_back),
        cmocka_unit_test(nesting_without_end_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
