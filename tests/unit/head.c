/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "net/head.h"

#define NOW 1790000000 /* Mon, 21 Sep 2026 14:13:20 GMT */

static head_t head;

static void
add(const char *line)
{
    assert_int_equal(head_add(&head, line, strlen(line), NOW), 0);
}

static uint32_t
retry(const char *line)
{
    head_init(&head);
    add("HTTP/1.1 429 Too Many Requests\r\n");
    add(line);
    add("\r\n");
    assert_true(head.whole);

    return head_view(&head).retry_ms;
}

static void
what_matters_is_found(void **state)
{
    http_head_t view;

    (void) state;
    head_init(&head);
    add("HTTP/1.1 103 Early Hints\r\n");
    add("x-request-id: early\r\n");
    add("\r\n");
    assert_false(head.whole);
    add("HTTP/2 200 \r\n");
    add("Content-Type:  Text/Event-Stream; Charset=UTF-8\r\n");
    add("dg-request-id: 3f-a\x01<script>\r\n");
    add("content-length: 12\r\n");
    add("\r\n");
    assert_true(head.whole);

    view = head_view(&head);
    assert_int_equal(view.status, 200);
    assert_string_equal(view.content_type,
                        "text/event-stream; charset=utf-8");
    assert_string_equal(view.request_id, "3f-a");
    assert_int_equal(view.retry_ms, 0);
    assert_int_equal(head.length, 12);
}

static void
when_to_come_again_is_read_in_any_form(void **state)
{
    (void) state;
    assert_int_equal(retry("Retry-After: 7\r\n"), 7000);
    assert_int_equal(retry("retry-after: 0.5\r\n"), 1);
    assert_int_equal(retry("Retry-After: 0\r\n"), 1);
    assert_int_equal(retry("Retry-After-Ms: 250\r\n"), 250);
    assert_int_equal(
        retry("Retry-After: Mon, 21 Sep 2026 14:13:30 GMT\r\n"), 10000);
    assert_int_equal(
        retry("Retry-After: Mon, 21 Sep 2026 14:13:00 GMT\r\n"), 0);
    assert_int_equal(retry("Retry-After: 99999999999\r\n"), 86400000);
    assert_int_equal(retry("Retry-After: 9999999999999999\r\n"), 0);
    assert_int_equal(retry("Retry-After: -1\r\n"), 0);
    assert_int_equal(retry("Retry-After: soon\r\n"), 0);
    assert_int_equal(retry("Retry-After:\r\n"), 0);
    assert_int_equal(retry("X-Other: 5\r\n"), 0);
}

static void
a_status_that_is_none_is_none(void **state)
{
    (void) state;
    head_init(&head);
    add("HTTP/1.1 20x OK\r\n");
    assert_int_equal(head.status, 0);
    add("HTTP/1.1 2000 OK\r\n");
    assert_int_equal(head.status, 0);
    add("HTTP/1.1\r\n");
    add("\r\n");
    assert_false(head.whole);
}

static void
a_head_has_an_end(void **state)
{
    int  rc = 0, n;
    char line[1000];

    (void) state;
    memset(line, 'a', sizeof(line));
    head_init(&head);
    add("HTTP/1.1 200 OK\r\n");

    for (n = 0; n < 1000 && rc == 0; n++) {
        rc = head_add(&head, line, sizeof(line), NOW);
    }

    assert_int_equal(rc, -EMSGSIZE);

    /* Nor is it a new one each time a status comes. */
    head_init(&head);
    for (n = 0, rc = 0; n < 100000 && rc == 0; n++) {
        rc = head_add(&head, "HTTP/1.1 100 Continue\r\n", 23, NOW);
    }

    assert_int_equal(rc, -EMSGSIZE);
}

static void
what_a_status_means(void **state)
{
    (void) state;
    assert_int_equal(http_fault_of(500), FAULT_LOST);
    assert_int_equal(http_fault_of(503), FAULT_LOST);
    assert_int_equal(http_fault_of(408), FAULT_LOST);
    assert_int_equal(http_fault_of(429), FAULT_BUSY);
    assert_int_equal(http_fault_of(529), FAULT_BUSY);
    assert_int_equal(http_fault_of(400), FAULT_REFUSED);
    assert_int_equal(http_fault_of(401), FAULT_REFUSED);
    assert_int_equal(http_fault_of(302), FAULT_INVALID);
    assert_int_equal(http_fault_of(0), FAULT_INVALID);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_matters_is_found),
        cmocka_unit_test(when_to_come_again_is_read_in_any_form),
        cmocka_unit_test(a_status_that_is_none_is_none),
        cmocka_unit_test(a_head_has_an_end),
        cmocka_unit_test(what_a_status_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
