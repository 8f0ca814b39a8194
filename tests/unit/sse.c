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

#include "net/sse.h"

static char told[4096];

static void
on_event(void *data, const char *event, const char *text, size_t length)
{
    size_t used = strlen(told);

    assert_ptr_equal(data, told);
    assert_int_equal(strlen(text), length);
    (void) snprintf(told + used, sizeof(told) - used, "[%s|%s]", event, text);
}

/* In one piece; in two, wherever they part; byte by byte. */
static void
expect(const char *bytes, const char *events, int is_within)
{
    size_t i, at, length = strlen(bytes);
    sse_t  sse;

    for (i = 0; i <= length + 1; i++) {
        told[0] = '\0';
        sse_init(&sse, on_event, told);

        for (at = 0; at < length; at++) {
            if (i == length + 1) {
                assert_int_equal(sse_feed(&sse, bytes + at, 1), 0);
            }
        }

        if (i <= length) {
            assert_int_equal(sse_feed(&sse, bytes, i), 0);
            assert_int_equal(sse_feed(&sse, bytes + i, length - i), 0);
        }

        assert_string_equal(told, events);
        assert_int_equal(sse_is_within(&sse), is_within);
        sse_clear(&sse);
    }
}

static void
events_are_the_same_however_they_are_cut(void **state)
{
    (void) state;
    expect("data: a\n\n", "[|a]", 0);
    expect("data:a\r\n\r\ndata: b\r\rdata:  c\n\n", "[|a][|b][| c]", 0);
    expect("event: delta\ndata: {\"t\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\x9e\"}"
           "\n\ndata: [DONE]\n\n",
           "[delta|{\"t\":\"gr\xc3\xbc\xc3\x9f \xf0\x9f\x93\x9e\"}][|[DONE]]",
           0);
    expect("\xef\xbb\xbf"
           "data: a\n\n",
           "[|a]", 0);
    expect("data: a\ndata\ndata: b\ndata:\n\n", "[|a\n\nb\n]", 0);
    expect("data\n\ndata\r\r", "[|][|]", 0);
}

static void
what_is_no_event_is_none(void **state)
{
    (void) state;
    expect(": a comment\n\n:\n\n", "", 0);
    expect("event: a\n\ndata: b\n\n", "[|b]", 0);
    expect("id: 7\nretry: 100\ndatas: x\nDATA: y\n data: z\n\n", "", 0);
    expect("\n\n\r\r\n\n", "", 0);
}

static void
an_end_in_the_middle_shows(void **state)
{
    (void) state;
    expect("data: a\n\ndata: b\n", "[|a]", 1);
    expect("data: a", "", 1);
    expect("event: a\r\n", "", 1);
}

static void
a_long_name_is_cut_and_no_more(void **state)
{
    char text[256] = "event: ", events[256] = "[";

    (void) state;
    memset(text + 7, 'n', 100);
    strcpy(text + 107, "\ndata: a\n\n");
    memset(events + 1, 'n', 63);
    strcpy(events + 64, "|a]");
    expect(text, events, 0);
}

static void
count_event(void *data, const char *event, const char *text, size_t length)
{
    size_t *longest = data;

    (void) event;
    (void) text;
    *longest = length > *longest ? length : *longest;
}

static void
an_event_without_end_is_refused(void **state)
{
    int    rc;
    char  *piece = malloc(65536);
    size_t i, longest = 0;
    sse_t  sse;

    (void) state;
    memset(piece, 'x', 65536);

    /* One line. */
    sse_init(&sse, count_event, &longest);
    for (i = 0, rc = 0; i < 17 && rc == 0; i++) {
        rc = sse_feed(&sse, piece, 65536);
    }
    assert_int_equal(rc, -EMSGSIZE);
    assert_int_equal(i, 17);
    sse_clear(&sse);

    /* Many lines. */
    for (i = 0; i + 8 <= 65536; i += 8) {
        memcpy(piece + i, "data: x\n", 8);
    }
    for (i = 0, rc = 0; i < 1000 && rc == 0; i++) {
        rc = sse_feed(&sse, piece, 65536);
    }
    assert_int_equal(rc, -EMSGSIZE);
    sse_clear(&sse);

    /* As long as one may be. */
    memset(piece, 'x', 65536);
    assert_int_equal(sse_feed(&sse, "data: ", 6), 0);
    for (i = 0; i < 15; i++) {
        assert_int_equal(sse_feed(&sse, piece, 65536), 0);
    }
    assert_int_equal(sse_feed(&sse, "\n\n", 2), 0);
    assert_int_equal(longest, 15 * 65536);
    sse_clear(&sse);
    free(piece);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_the_same_however_they_are_cut),
        cmocka_unit_test(what_is_no_event_is_none),
        cmocka_unit_test(an_end_in_the_middle_shows),
        cmocka_unit_test(a_long_name_is_cut_and_no_more),
        cmocka_unit_test(an_event_without_end_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
