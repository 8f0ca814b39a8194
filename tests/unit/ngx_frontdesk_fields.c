/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ngx_frontdesk_fields.h"

static const ngx_frontdesk_field_t span[] = {
    { .name = "opens", .type = NGX_FRONTDESK_CLOCK, .required = 1 },
    { .name = "closes", .type = NGX_FRONTDESK_CLOCK, .required = 1 },
    { .name = NULL },
};

static const ngx_frontdesk_field_t fields[] = {
    { "name", NGX_FRONTDESK_TEXT, .required = 1, .min = 1, .max = 5 },
    { .name = "note", .type = NGX_FRONTDESK_TEXT, .nullable = 1 },
    { .name = "code", .type = NGX_FRONTDESK_TEXT, .min = 3, .max = 4 },
    { .name = "count", .type = NGX_FRONTDESK_INTEGER },
    { .name = "share", .type = NGX_FRONTDESK_NUMBER, .min = 0, .max = 2 },
    { .name = "big", .type = NGX_FRONTDESK_INTEGER, .min = 0, .max = 1e15 },
    { .name = "ok", .type = NGX_FRONTDESK_BOOLEAN },
    { .name = "id", .type = NGX_FRONTDESK_UUID },
    { .name = "at", .type = NGX_FRONTDESK_TIME },
    { .name = "day", .type = NGX_FRONTDESK_DATE },
    { .name = "clock", .type = NGX_FRONTDESK_CLOCK },
    { .name = "phone", .type = NGX_FRONTDESK_PHONE },
    { .name = "email", .type = NGX_FRONTDESK_EMAIL },
    { .name = "kind", .type = NGX_FRONTDESK_CHOICE, .choices = "cat|dog|" },
    { .name = "tags", .type = NGX_FRONTDESK_TEXTS, .max = 3 },
    { "intervals", NGX_FRONTDESK_OBJECTS, .min = 1, .max = 3, .items = span },
    { .name = "hours", .type = NGX_FRONTDESK_OBJECT, .items = span },
    { .name = "free", .type = NGX_FRONTDESK_OBJECT },
    { .name = NULL },
};

static ngx_frontdesk_problems_t problems;

static void
check(const char *body, int partial)
{
    cJSON *tree = cJSON_Parse(body);

    assert_non_null(tree);
    problems.n = 0;
    ngx_frontdesk_fields_check(&problems, tree, fields, partial);
    cJSON_Delete(tree);
}

/* One member beside the name. */
static void
check_member(const char *member)
{
    char body[4096];

    snprintf(body, sizeof(body), "{\"name\":\"x\",%s}", member);
    check(body, 0);
}

static void
taken(const char *member)
{
    check_member(member);
    if (problems.n > 0) {
        fail_msg("%s: %s %s", member, problems.list[0].field,
                 problems.list[0].message);
    }
}

static void
refused(const char *member, const char *field)
{
    check_member(member);
    if (problems.n != 1) {
        fail_msg("%s: %u problems", member, problems.n);
    }
    assert_string_equal(problems.list[0].field, field);
    assert_true(strlen(problems.list[0].message) > 10);
}

static void
members_are_known_and_there(void **state)
{
    (void) state;

    check("{}", 0);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.list[0].field, "name");
    assert_string_equal(problems.list[0].message, "This is missing.");

    check("{}", 1);
    assert_int_equal(problems.n, 0);

    check("[]", 1);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.list[0].field, "");

    refused("\"colour\":1", "colour");
    refused("\"Name\":\"x\"", "Name");
    refused("\"count\":null", "count");
    taken("\"note\":null");
    taken("\"note\":\"\"");
}

static void
long_texts_are_checked_to_the_last_byte(void **state)
{
    char   text[41];
    size_t len, bad;

    (void) state;

    for (len = 1; len < sizeof(text) - 1; len++) {
        memset(text, 'a', sizeof(text));
        assert_int_equal(ngx_frontdesk_text_length(text, len), (long) len);

        for (bad = 0; bad < len; bad++) {
            memset(text, 'a', sizeof(text));
            text[bad] = '\0';
            assert_int_equal(ngx_frontdesk_text_length(text, len), -1);
            text[bad] = '\x80';
            assert_int_equal(ngx_frontdesk_text_length(text, len), -1);
            text[bad] = '\xc3'; /* with what follows: one character */
            text[bad + 1] = '\xa9';
            assert_int_equal(ngx_frontdesk_text_length(text, len),
                             bad + 1 < len ? (long) len - 1 : -1);
        }
    }
}

static void
texts_are_counted_in_characters(void **state)
{
    (void) state;

    check("{\"name\":\"\xf0\x9f\xa6\xb7\xc3\xab\xe2\x82\xac"
          "ab\"}",
          0);
    assert_int_equal(problems.n, 0);
    check("{\"name\":\"abcdef\"}", 0);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.list[0].message,
                        "This must have at most 5 characters.");
    check("{\"name\":\"\"}", 0);
    assert_string_equal(problems.list[0].message, "This must not be empty.");
    refused("\"code\":\"ab\"", "code");
    taken("\"code\":\"abc\"");
    refused("\"note\":5", "note");

    assert_int_equal(ngx_frontdesk_text_length("a\0b", 3), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xc3", 1), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xc0\xaf", 2), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xe0\x80\xaf", 3), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xed\xa0\x80", 3), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xf0\x80\x80\xaf", 4), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xf4\x90\x80\x80", 4), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xf5\x80\x80\x80", 4), -1);
    assert_int_equal(ngx_frontdesk_text_length("\x80", 1), -1);
    assert_int_equal(ngx_frontdesk_text_length("\xed\x9f\xbf\xee\x80\x80"
                                               "\xf4\x8f\xbf\xbf",
                                               10),
                     3);
    assert_int_equal(ngx_frontdesk_text_length("", 0), 0);
}

static void
numbers_are_exact(void **state)
{
    (void) state;

    taken("\"count\":-2147483647");
    taken("\"count\":1e3");
    taken("\"count\":5.0");
    refused("\"count\":5.5", "count");
    refused("\"count\":2147483648", "count");
    refused("\"count\":\"5\"", "count");
    refused("\"count\":true", "count");
    taken("\"big\":1000000000000000");
    refused("\"big\":9007199254740993", "big");
    refused("\"big\":-1", "big");
    taken("\"share\":0.25");
    refused("\"share\":2.01", "share");
    check_member("\"share\":-1");
    assert_string_equal(problems.list[0].message, "This must be 0 to 2.");
    taken("\"ok\":false");
    refused("\"ok\":0", "ok");
    refused("\"ok\":\"true\"", "ok");
}

static void
texts_have_their_shape(void **state)
{
    size_t i;
    char   member[512];

    static const struct {
        const char *field;
        const char *text;
        int         fits;
    } rows[] = {
        { "id", "00000000-0000-4000-8000-00000000000f", 1 },
        { "id", "00000000-0000-4000-8000-00000000000g", 0 },
        { "id", "00000000-0000-4000-8000-00000000000", 0 },
        { "id", "00000000000040008000000000000000ffff", 0 },
        { "id", "", 0 },
        { "day", "2028-02-29", 1 },
        { "day", "2026-02-29", 0 },
        { "day", "2100-02-29", 0 },
        { "day", "2000-02-29", 1 },
        { "day", "2026-13-01", 0 },
        { "day", "2026-00-01", 0 },
        { "day", "2026-04-31", 0 },
        { "day", "0000-01-01", 0 },
        { "day", "2026-1-01", 0 },
        { "day", "2026-01-01T00:00:00Z", 0 },
        { "at", "2026-11-20", 1 },
        { "at", "2026-11-20T09:00:00Z", 1 },
        { "at", "2026-11-20t09:00:00z", 1 },
        { "at", "2026-11-20T09:00:00.123456+05:30", 1 },
        { "at", "2026-11-20T23:59:59-11:00", 1 },
        { "at", "2026-11-20T09:00:00", 0 },
        { "at", "2026-11-20T09:00Z", 0 },
        { "at", "2026-11-20 09:00:00Z", 0 },
        { "at", "2026-11-20T24:00:00Z", 0 },
        { "at", "2026-11-20T09:60:00Z", 0 },
        { "at", "2026-11-20T09:00:60Z", 0 },
        { "at", "2026-11-20T09:00:00.Z", 0 },
        { "at", "2026-11-20T09:00:00.1234567891Z", 0 },
        { "at", "2026-11-20T09:00:00+15:00", 0 },
        { "at", "2026-11-20T09:00:00+0530", 0 },
        { "at", "2026-11-20T09:00:00Z ", 0 },
        { "at", "2026-02-30T09:00:00Z", 0 },
        { "at", "now", 0 },
        { "clock", "09:30", 1 },
        { "clock", "09:30:00", 1 },
        { "clock", "24:00", 1 },
        { "clock", "24:01", 0 },
        { "clock", "9:30", 0 },
        { "clock", "09:60", 0 },
        { "clock", "09:30:01", 0 },
        { "phone", "+15550100001", 1 },
        { "phone", "+1555010", 1 },
        { "phone", "+155501", 0 },
        { "phone", "+0555010001", 0 },
        { "phone", "+1234567890123456", 0 },
        { "phone", "15550100001", 0 },
        { "phone", "+1555 0100001", 0 },
        { "email", "ann@example.com", 1 },
        { "email", "ann.o'hara+x@mail.example.co.uk", 1 },
        { "email", "ann@example", 0 },
        { "email", "ann@.example.com", 0 },
        { "email", "ann@example..com", 0 },
        { "email", "ann@example.com.", 0 },
        { "email", "ann@-example.com", 0 },
        { "email", "ann@example-.com", 0 },
        { "email", "@example.com", 0 },
        { "email", "ann", 0 },
        { "email", "a@b@example.com", 0 },
        { "email", "ann smith@example.com", 0 },
        { "email", "ann@exam ple.com", 0 },
        { "email", "<ann@example.com>", 0 },
        { "kind", "cat", 1 },
        { "kind", "dog", 1 },
        { "kind", "ca", 0 },
        { "kind", "cat|dog", 0 },
        { "kind", "", 0 },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        snprintf(member, sizeof(member), "\"%s\":\"%s\"", rows[i].field,
                 rows[i].text);
        if (rows[i].fits) {
            taken(member);
        } else {
            refused(member, rows[i].field);
        }
    }

    check_member("\"kind\":\"cow\"");
    assert_string_equal(problems.list[0].message,
                        "This must be one of: cat, dog, .");
}

static void
what_is_within_is_named(void **state)
{
    (void) state;

    taken("\"tags\":[]");
    taken("\"tags\":[\"a\",\"b\",\"c\"]");
    refused("\"tags\":[\"a\",\"b\",\"c\",\"d\"]", "tags");
    refused("\"tags\":[\"a\",1]", "tags[1]");
    refused("\"tags\":[\"a\",\"\"]", "tags[1]");
    refused("\"tags\":\"a\"", "tags");
    taken("\"intervals\":[{\"opens\":\"09:00\",\"closes\":\"12:00\"}]");
    refused("\"intervals\":[]", "intervals");
    refused("\"intervals\":[{\"opens\":\"09:00\",\"closes\":\"12:00\"},"
            "{\"opens\":\"nine\",\"closes\":\"12:00\"}]",
            "intervals[1].opens");
    refused("\"intervals\":[{\"opens\":\"09:00\"}]", "intervals[0].closes");
    refused("\"intervals\":[5]", "intervals[0]");
    refused("\"hours\":{\"opens\":\"09:00\",\"closes\":\"12:00\",\"x\":1}",
            "hours.x");
    taken("\"free\":{\"any\":[1,{\"thing\":null}]}");
    refused("\"free\":[]", "free");
    check("{\"hours\":{}}", 1);
    assert_int_equal(problems.n, 2);
}

static void
many_problems_are_told_at_once_and_not_too_many(void **state)
{
    int      i;
    char     body[16384];
    size_t   n;
    unsigned p;

    (void) state;

    check("{\"name\":1,\"count\":\"x\",\"x\":1,\"id\":\"y\"}", 0);
    assert_int_equal(problems.n, 4);
    assert_string_equal(problems.list[0].field, "name");
    assert_string_equal(problems.list[3].field, "id");

    n = (size_t) snprintf(body, sizeof(body), "{\"name\":\"x\"");
    for (i = 0; i < 100; i++) {
        n += (size_t) snprintf(body + n, sizeof(body) - n, ",\"x%d\":1", i);
    }
    snprintf(body + n, sizeof(body) - n, "}");
    check(body, 0);
    assert_int_equal(problems.n, NGX_FRONTDESK_PROBLEMS);

    /* a name as long as it likes is cut where a character ends */
    for (i = 0; i < 4; i++) {
        n = (size_t) snprintf(body, sizeof(body), "{\"name\":\"x\",\"%.*s", i,
                              "abc");
        for (p = 0; p < 1000; p++) {
            memcpy(body + n, "\xf0\x9f\xa6\xb7", 4);
            n += 4;
        }
        snprintf(body + n, sizeof(body) - n, "\":1}");
        check(body, 0);
        assert_int_equal(problems.n, 1);
        n = strlen(problems.list[0].field);
        assert_in_range(n, NGX_FRONTDESK_FIELD_BYTES - 5,
                        NGX_FRONTDESK_FIELD_BYTES - 1);
        assert_int_not_equal(
            ngx_frontdesk_text_length(problems.list[0].field, n), -1);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_texts_are_checked_to_the_last_byte),
        cmocka_unit_test(members_are_known_and_there),
        cmocka_unit_test(texts_are_counted_in_characters),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(texts_have_their_shape),
        cmocka_unit_test(what_is_within_is_named),
        cmocka_unit_test(many_problems_are_told_at_once_and_not_too_many),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
