/* SPDX-License-Identifier: BSD-2-Clause */

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_body.h"

static ngx_frontdesk_body_e
parse(const char *text, size_t len)
{
    cJSON               *tree = NULL;
    ngx_frontdesk_body_e rc;

    rc = ngx_frontdesk_body_parse(&tree, text, len);
    assert_true((rc == NGX_FRONTDESK_BODY_OK) == (tree != NULL));
    cJSON_Delete(tree);

    return rc;
}

static ngx_frontdesk_body_e
parse_text(const char *text)
{
    return parse(text, strlen(text));
}

static char *
read_file(const char *folder, const char *name, size_t *len)
{
    char  file[1024], *text;
    FILE *in;

    snprintf(file, sizeof(file), "%s/%s", folder, name);
    in = fopen(file, "r");
    assert_non_null(in);
    text = malloc(NGX_FRONTDESK_BODY_MAX);
    assert_non_null(text);
    *len = fread(text, 1, NGX_FRONTDESK_BODY_MAX, in);
    fclose(in);

    return text;
}

/* Valid JSON that we refuse all the same, each for its own reason. */
static ngx_frontdesk_body_e
expected_of(const char *name)
{
    static const struct {
        const char          *name;
        ngx_frontdesk_body_e rc;
    } refused[] = {
        { "y_object_duplicated_key.json", NGX_FRONTDESK_BODY_DUPLICATE },
        { "y_object_duplicated_key_and_value.json",
          NGX_FRONTDESK_BODY_DUPLICATE },
        { "y_object_escaped_null_in_key.json", NGX_FRONTDESK_BODY_NUL },
        { "y_string_null_escape.json", NGX_FRONTDESK_BODY_NUL },
    };

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        if (strcmp(refused[i].name, name) == 0) {
            return refused[i].rc;
        }
    }

    return NGX_FRONTDESK_BODY_OK;
}

static void
the_json_test_suite_is_taken_and_refused(void **state)
{
    DIR           *dir;
    char           folder[512], *text;
    size_t         len;
    unsigned       taken = 0, refused = 0;
    const char    *shared = getenv("FRONTDESK_SHARED");
    struct dirent *entry;

    (void) state;

    snprintf(folder, sizeof(folder), "%s/vectors/JSONTestSuite/test_parsing",
             shared != NULL ? shared : "../shared");
    dir = opendir(folder);
    assert_non_null(dir);

    while ((entry = readdir(dir)) != NULL) {
        if (strstr(entry->d_name, ".json") == NULL) {
            continue;
        }

        text = read_file(folder, entry->d_name, &len);

        if (entry->d_name[0] == 'y') {
            if (parse(text, len) != expected_of(entry->d_name)) {
                fail_msg("not taken: %s", entry->d_name);
            }
            taken++;
        } else if (entry->d_name[0] == 'n') {
            if (parse(text, len) == NGX_FRONTDESK_BODY_OK) {
                fail_msg("not refused: %s", entry->d_name);
            }
            refused++;
        } else {
            (void) parse(text, len);
        }

        free(text);
    }

    closedir(dir);
    assert_true(taken >= 95);
    assert_true(refused >= 188);
}

static void
depth_and_number_are_bounded(void **state)
{
    char   text[4096];
    size_t i;

    (void) state;

    memset(text, '[', 32);
    memset(text + 32, ']', 32);
    assert_int_equal(parse(text, 64), NGX_FRONTDESK_BODY_OK);
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    assert_int_equal(parse(text, 66), NGX_FRONTDESK_BODY_SIZE);

    /* 257 members */
    text[0] = '{';
    for (i = 0; i < 257; i++) {
        sprintf(text + 1 + 9 * i, "\"%05zu\":1%c", i, i < 256 ? ',' : '}');
    }
    text[1 + 10 * 257 - 1] = '\0';
    assert_true(parse_text(text) != NGX_FRONTDESK_BODY_OK);
}

static void
reasons_are_told_apart(void **state)
{
    (void) state;

    assert_int_equal(parse_text("{\"a\":1,\"b\":{\"c\":1,\"c\":2}}"),
                     NGX_FRONTDESK_BODY_DUPLICATE);
    assert_int_equal(parse_text("{\"a\":1,\"\\u0061\":2}"),
                     NGX_FRONTDESK_BODY_DUPLICATE);
    assert_int_equal(parse_text("{\"a\":1,\"A\":2}"), NGX_FRONTDESK_BODY_OK);
    assert_int_equal(parse_text("[1e999]"), NGX_FRONTDESK_BODY_NUMBER);
    assert_int_equal(parse_text("[-1e999]"), NGX_FRONTDESK_BODY_NUMBER);
    assert_int_equal(parse_text("{} {}"), NGX_FRONTDESK_BODY_SYNTAX);
    assert_int_equal(parse_text("\xef\xbb\xbf{}"), NGX_FRONTDESK_BODY_SYNTAX);
    assert_int_equal(parse_text(""), NGX_FRONTDESK_BODY_SYNTAX);
    assert_int_equal(parse_text("\"\\ud800\""), NGX_FRONTDESK_BODY_SYNTAX);
    assert_int_equal(parse_text("\"\xed\xa0\x80\""),
                     NGX_FRONTDESK_BODY_SYNTAX);
    assert_int_equal(parse_text("\"\xc0\xaf\""), NGX_FRONTDESK_BODY_SYNTAX);
    assert_int_equal(parse("{}\0", 3), NGX_FRONTDESK_BODY_SYNTAX);
}

static void
a_long_number_keeps_its_value(void **state)
{
    char   text[1024];
    cJSON *tree;

    (void) state;

    snprintf(text, sizeof(text), "[1.%0200d, 2%0400dE-400 ,-0.%0300d1]", 5, 0,
             0);
    assert_int_equal(ngx_frontdesk_body_parse(&tree, text, strlen(text)),
                     NGX_FRONTDESK_BODY_OK);
    assert_true(cJSON_GetArrayItem(tree, 0)->valuedouble == 1.0);
    assert_true(cJSON_GetArrayItem(tree, 1)->valuedouble == 2.0);
    assert_true(cJSON_GetArrayItem(tree, 2)->valuedouble < 0);
    cJSON_Delete(tree);

    snprintf(text, sizeof(text), "[1%0400d]", 0);
    assert_int_equal(parse_text(text), NGX_FRONTDESK_BODY_NUMBER);
}

static void
a_body_may_end_anywhere(void **state)
{
    static const char text[] = "{\"a\":[1.5e+3,true,null,\"\\u00e9\\\\\xc3\xa9"
                               "\"],\"b\":{\"c\":\"\\ud83d\\ude00\"}}";
    char             *cut;

    (void) state;

    for (size_t i = 0; i < sizeof(text) - 1; i++) {
        cut = malloc(i + 1); /* of exact size, for the sanitizer */
        assert_non_null(cut);
        memcpy(cut, text, i);
        assert_int_equal(parse(cut, i), NGX_FRONTDESK_BODY_SYNTAX);
        free(cut);
    }

    assert_int_equal(parse(text, sizeof(text) - 1), NGX_FRONTDESK_BODY_OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_json_test_suite_is_taken_and_refused),
        cmocka_unit_test(depth_and_number_are_bounded),
        cmocka_unit_test(reasons_are_told_apart),
        cmocka_unit_test(a_long_number_keeps_its_value),
        cmocka_unit_test(a_body_may_end_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
