/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_query.h"

#define ID "00000000-0000-4000-8000-00000000000f"

static const ngx_frontdesk_field_t fields[] = {
    { .name = "status", .type = NGX_FRONTDESK_CHOICE, .choices = "new|done" },
    { .name = "q", .type = NGX_FRONTDESK_TEXT, .min = 1, .max = 8 },
    { .name = "from", .type = NGX_FRONTDESK_TIME },
    { .name = "active", .type = NGX_FRONTDESK_BOOLEAN },
    { .name = "least", .type = NGX_FRONTDESK_NUMBER },
    { .name = "sort", .type = NGX_FRONTDESK_CHOICE, .choices = "-at|at" },
    { .name = "limit", .type = NGX_FRONTDESK_LIMIT_ROWS },
    { .name = "offset", .type = NGX_FRONTDESK_OFFSET_ROWS },
    { .name = "cursor", .type = NGX_FRONTDESK_CURSOR },
    { .name = NULL },
};

enum { STATUS,
       Q,
       FROM,
       ACTIVE,
       LEAST,
       SORT,
       LIMIT,
       OFFSET,
       KEY,
       CURSOR_ID };

static char                    *space;
static ngx_frontdesk_query_t    query;
static ngx_frontdesk_problems_t problems;

/* As large as it must be and not a byte more. */
static void
read_as(const char *text, const ngx_frontdesk_field_t *known, int csv,
        int accepts)
{
    size_t len = strlen(text);
    char  *copy = malloc(len + 1);

    assert_non_null(copy);
    memcpy(copy, text, len + 1);
    free(space);
    space = malloc(len + 1);
    assert_non_null(space);
    problems.n = 0;
    ngx_frontdesk_query_read(&query, &problems, known, copy, len, space, csv,
                             accepts);
    free(copy);
}

static void
taken(const char *text)
{
    read_as(text, fields, 0, 0);
    if (problems.n > 0) {
        fail_msg("%s: %s %s", text, problems.list[0].field,
                 problems.list[0].message);
    }
}

static void
refused(const char *text, const char *field)
{
    read_as(text, fields, 0, 0);
    if (problems.n != 1) {
        fail_msg("%s: %u problems", text, problems.n);
    }
    assert_string_equal(problems.list[0].field, field);
}

static void
what_is_not_said_is_null(void **state)
{
    (void) state;

    taken("");
    assert_int_equal(query.n, 10);
    assert_int_equal(ngx_frontdesk_query_count(fields), 10);
    assert_null(query.values[STATUS]);
    assert_string_equal(query.values[LIMIT], "50");
    assert_string_equal(query.values[OFFSET], "0");
    assert_null(query.values[KEY]);
    assert_null(query.values[CURSOR_ID]);
    assert_int_equal(query.limit, 50);

    read_as("", NULL, 0, 0);
    assert_int_equal(problems.n, 0);
    assert_int_equal(query.n, 0);
    read_as("a=1", NULL, 0, 0);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.list[0].field, "a");
}

static void
values_are_decoded(void **state)
{
    (void) state;

    taken("&q=a+%C3%ab%26&&status=new&limit=7&offset=3&");
    assert_string_equal(query.values[Q], "a \xc3\xab&");
    assert_string_equal(query.values[STATUS], "new");
    assert_string_equal(query.values[LIMIT], "7");
    assert_int_equal(query.offset, 3);
    taken("%71=x");
    assert_string_equal(query.values[Q], "x");
    taken("from=2026-11-20T09:00:00+01:00");
    assert_string_equal(query.values[FROM], "2026-11-20T09:00:00+01:00");
    taken("from=2026-11-20T09:00:00%2B01:00&least=-1.5&active=false");
    assert_string_equal(query.values[LEAST], "-1.5");

    refused("q=%00", "q");
    refused("q=%4", "q");
    refused("q=%zz", "q");
    refused("q=%c3", "q");
    refused("%ff=1", "");
}

static void
what_is_said_is_checked(void **state)
{
    (void) state;

    refused("colour=red", "colour");
    refused("Q=x", "Q");
    refused("q=", "q");
    refused("q", "q");
    refused("q=a&q=b", "q");
    refused("q=123456789", "q");
    refused("status=old", "status");
    refused("active=1", "active");
    refused("least=1e3", "least");
    refused("least=.", "least");
    refused("least=-", "least");
    refused("limit=0", "limit");
    refused("limit=101", "limit");
    refused("limit=1e1", "limit");
    refused("limit=5.0", "limit");
    refused("limit=+5", "limit");
    refused("limit=0x10", "limit");
    refused("limit=99999999999999999999", "limit");
    refused("offset=1000001", "offset");
    refused("format=csv", "format");
    taken("limit=100&offset=1000000");

    read_as("a=1&limit=x&q=", fields, 0, 0);
    assert_int_equal(problems.n, 3);
}

static void
required_ones_are_asked_for(void **state)
{
    static const ngx_frontdesk_field_t known[] = {
        { .name = "a", .type = NGX_FRONTDESK_TEXT },
        { .name = "b", .type = NGX_FRONTDESK_TEXT, .required = 1 },
        { .name = NULL },
    };

    (void) state;

    read_as("a=1", known, 0, 0);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.list[0].field, "b");
    read_as("b=1", known, 0, 0);
    assert_int_equal(problems.n, 0);
}

static void
csv_is_wanted_by_name_or_header(void **state)
{
    (void) state;

    read_as("format=csv", fields, 1, 0);
    assert_int_equal(problems.n, 0);
    assert_true(query.csv);
    assert_string_equal(query.values[LIMIT], "10000");
    read_as("", fields, 1, 1);
    assert_true(query.csv);
    read_as("format=json", fields, 1, 1);
    assert_false(query.csv);
    assert_string_equal(query.values[LIMIT], "50");
    read_as("limit=10000&format=csv", fields, 1, 0);
    assert_int_equal(problems.n, 0);
    read_as("limit=10000", fields, 1, 0);
    assert_int_equal(problems.n, 1);
    read_as("format=xml", fields, 1, 0);
    assert_int_equal(problems.n, 1);
    read_as("format=csv&format=csv", fields, 1, 0);
    assert_int_equal(problems.n, 1);
    read_as("", fields, 0, 1);
    assert_false(query.csv);

    assert_true(ngx_frontdesk_accepts("text/csv", 8, "text/csv"));
    assert_true(ngx_frontdesk_accepts("Text/CSV; q=1", 13, "text/csv"));
    assert_false(ngx_frontdesk_accepts("text/csvx", 9, "text/csv"));
    assert_false(ngx_frontdesk_accepts("*/*", 3, "text/csv"));
    assert_false(ngx_frontdesk_accepts("", 0, "text/csv"));
}

static void
cursors_come_back(void **state)
{
    char        text[2 * NGX_FRONTDESK_CURSOR_BYTES + 8];
    char        key[NGX_FRONTDESK_CURSOR_BYTES];
    size_t      n, i;
    const char *keys[] = { "", "2026-11-20 10:15:30.5+00", "a|b|", "\xc3\xab",
                           key };

    (void) state;

    memset(key, 'x', sizeof(key));
    key[sizeof(key) - 38] = '\0'; /* with bar, id and end it is as much */

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        memcpy(text, "cursor=", 7);
        n = ngx_frontdesk_cursor_make(text + 7, keys[i], strlen(keys[i]), ID,
                                      36);
        assert_true(n > 0);
        text[7 + n] = '\0';
        taken(text);
        assert_true(query.cursor);
        assert_string_equal(query.values[KEY], keys[i]);
        assert_string_equal(query.values[CURSOR_ID], ID);
    }

    assert_int_equal(ngx_frontdesk_cursor_make(text, key, strlen(key) + 1, ID,
                                               36),
                     0);
    assert_int_equal(ngx_frontdesk_cursor_make(text, "k", 1, "x", 1), 0);

    refused("cursor=", "cursor");
    refused("cursor=AAAA", "cursor");
    refused("cursor=YXw", "cursor");  /* a| */
    refused("cursor=YXx4", "cursor"); /* a|x */
    refused("cursor=YXw=", "cursor"); /* padding */
    memset(text + 7, 'A', sizeof(text) - 8);
    text[sizeof(text) - 1] = '\0';
    refused(text, "cursor");

    taken("sort=at");
    assert_true(query.sorted);
}

#define TAG1 "0123456789abcdef0123456789abcdef"
#define TAG2 "ffffffffffffffffffffffffffffffff"

static void
tags_are_strong_ones_of_ours(void **state)
{
    size_t i;
    char   out[NGX_FRONTDESK_TAGS_BYTES], many[4096];

    static const struct {
        const char *text;
        const char *tags; /* NULL: refused */
    } rows[] = {
        { "*", "*" },
        { "\"" TAG1 "\"", TAG1 },
        { "\"" TAG1 "\", \"" TAG2 "\"", TAG1 "," TAG2 },
        { " ,\"" TAG1 "\" ,,\t", TAG1 },
        { "W/\"" TAG1 "\"", "" },
        { "W/\"" TAG1 "\", \"" TAG2 "\"", TAG2 },
        { "\"x\"", "" },
        { "\"\"", "" },
        { "\"" TAG1 "0\"", "" },
        { "\"0123456789ABCDEF0123456789abcdef\"", "" },
        { "\"a,b\", \"" TAG1 "\"", TAG1 },
        { "", "" },
        { "**", NULL },
        { "*, \"x\"", NULL },
        { TAG1, NULL },
        { "\"" TAG1, NULL },
        { "W/", NULL },
        { "w/\"x\"", NULL },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].tags == NULL) {
            assert_int_equal(ngx_frontdesk_tags_read(out, rows[i].text,
                                                     strlen(rows[i].text)),
                             -1);
            continue;
        }
        assert_int_equal(ngx_frontdesk_tags_read(out, rows[i].text,
                                                 strlen(rows[i].text)),
                         0);
        assert_string_equal(out, rows[i].tags);
    }

    for (i = 0; i < 100; i++) {
        memcpy(many + 35 * i, "\"" TAG2 "\",", 35);
    }
    assert_int_equal(ngx_frontdesk_tags_read(out, many, 3500), 0);
    assert_in_range(strlen(out), 400, sizeof(out) - 1);
}

static void
keys_are_printable(void **state)
{
    char key[257];

    (void) state;

    memset(key, 'k', sizeof(key));
    assert_true(ngx_frontdesk_is_idempotency_key(key, 255));
    assert_false(ngx_frontdesk_is_idempotency_key(key, 256));
    assert_false(ngx_frontdesk_is_idempotency_key(key, 0));
    assert_true(ngx_frontdesk_is_idempotency_key("a b~!", 5));
    assert_false(ngx_frontdesk_is_idempotency_key("a\tb", 3));
    assert_false(ngx_frontdesk_is_idempotency_key("a\x7f", 2));
    assert_false(ngx_frontdesk_is_idempotency_key("\xc3\xab", 2));
}

int
main(void)
{
    int rc;

    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_said_is_null),
        cmocka_unit_test(values_are_decoded),
        cmocka_unit_test(what_is_said_is_checked),
        cmocka_unit_test(required_ones_are_asked_for),
        cmocka_unit_test(csv_is_wanted_by_name_or_header),
        cmocka_unit_test(cursors_come_back),
        cmocka_unit_test(tags_are_strong_ones_of_ours),
        cmocka_unit_test(keys_are_printable),
    };

    rc = cmocka_run_group_tests(tests, NULL, NULL);
    free(space);

    return rc;
}
