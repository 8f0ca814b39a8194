/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "base/log.h"

static char written[4096];
static char message[2048];

/* What one call of it writes to standard error. */
static void
write_line(log_level_e level, const char *prefix, const char *text)
{
    int         ends[2], saved = dup(STDERR_FILENO);
    log_t       log = { "" };
    cJSON      *json;
    ssize_t     n;
    const char *said;

    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    (void) snprintf(log.prefix, sizeof(log.prefix), "%s", prefix);

    (void) dup2(ends[1], STDERR_FILENO);
    log_write(level, &log, "%s", text);
    (void) dup2(saved, STDERR_FILENO);

    n = read(ends[0], written, sizeof(written) - 1);
    written[n > 0 ? n : 0] = '\0';
    (void) close(ends[0]);
    (void) close(ends[1]);
    (void) close(saved);

    message[0] = '\0';
    if (n > 0) {
        assert_int_equal(written[n - 1], '\n');
        assert_ptr_equal(strchr(written, '\n'), written + n - 1);
        json = cJSON_ParseWithOpts(written, NULL, 1);
        assert_non_null(json);
        said = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(json, "message"));
        assert_non_null(said);
        (void) snprintf(message, sizeof(message), "%s", said);
        cJSON_Delete(json);
    }
}

static void
a_line_is_one_json_object(void **state)
{
    (void) state;
    log_open(LOG_INFO, "tests");
    write_line(LOG_WARN, "call 1: ", "a \"quoted\" \\ word\n\ttab \x7f");
    assert_string_equal(message, "call 1: a \"quoted\" \\ word\n\ttab \x7f");
    assert_non_null(strstr(written, "\"level\":\"warn\""));
    assert_non_null(strstr(written, "\"process\":\"tests\""));
    assert_non_null(strstr(written, "{\"time\":\"20"));
}

static void
what_is_below_the_level_is_not_written(void **state)
{
    (void) state;
    log_open(LOG_WARN, "tests");
    write_line(LOG_INFO, "", "x");
    assert_string_equal(written, "");
    write_line(LOG_ERROR, "", "x");
    assert_string_equal(message, "x");
    assert_false(log_enabled(LOG_DEBUG));
}

static void
what_is_too_long_is_cut_and_stays_json(void **state)
{
    size_t pad;
    char   text[3000];

    static const char *const units[] = { "x", "\"", "\x01", "\xc3\xa9",
                                         "\xe2\x82\xac", "\xf0\x9f\x98\x80" };

    (void) state;
    log_open(LOG_INFO, "tests");

    for (pad = 0; pad < 24; pad++) {
        size_t      at = pad / 6;
        const char *unit = units[pad % 6];

        memset(text, 0, sizeof(text));
        memset(text, 'p', at);
        while (at + 8 < sizeof(text)) {
            memcpy(text + at, unit, strlen(unit));
            at += strlen(unit);
        }

        write_line(LOG_INFO, "a prefix that has fifty characters or so, or: ",
                   text);
        assert_true(strlen(written) > 150 && strlen(written) < 1100);
    }
}

static void
bytes_that_are_no_utf8_are_written_as_question_marks(void **state)
{
    size_t i;

    static const struct {
        const char *text;
        const char *message;
    } rows[] = {
        { "caf\xc3\xa9", "caf\xc3\xa9" },
        { "cut \xe2\x82", "cut ??" },
        { "\xff\xfe", "??" },
        { "\xc0\xaf", "??" },
        { "\xed\xa0\x80", "???" },
        { "\xf0\x9f\x98\x80!", "\xf0\x9f\x98\x80!" },
        { "\xf4\x90\x80\x80", "????" },
    };

    (void) state;
    log_open(LOG_INFO, "tests");

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        write_line(LOG_INFO, "", rows[i].text);
        assert_string_equal(message, rows[i].message);
    }
}

static void
levels_have_names(void **state)
{
    log_level_e level = LOG_WARN;

    (void) state;
    assert_int_equal(log_level_parse("debug", &level), 0);
    assert_int_equal(level, LOG_DEBUG);
    assert_int_equal(log_level_parse("Debug", &level), -EINVAL);
    assert_int_equal(log_level_parse("", &level), -EINVAL);
    assert_int_equal(level, LOG_DEBUG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_one_json_object),
        cmocka_unit_test(what_is_below_the_level_is_not_written),
        cmocka_unit_test(what_is_too_long_is_cut_and_stays_json),
        cmocka_unit_test(bytes_that_are_no_utf8_are_written_as_question_marks),
        cmocka_unit_test(levels_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
