/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "provider/llm_text.h"

static char   heard[4096];
static size_t heard_len;

static void
hear(void *data, const char *text, size_t len)
{
    (void) data;
    assert_true(len > 0);
    assert_true(heard_len + len < sizeof(heard));
    memcpy(heard + heard_len, text, len);
    heard_len += len;
    heard[heard_len] = '\0';
}

/* The text in pieces of `piece` bytes; what comes out is in `heard`. */
static int
speak(const char *canary, const char *text, size_t len, size_t piece)
{
    int        rc = 0;
    size_t     at, some;
    llm_text_t t;

    heard_len = 0;
    heard[0] = '\0';
    llm_text_init(&t, canary, hear, NULL);

    for (at = 0; at < len && rc == 0; at += some) {
        char *copy;

        some = len - at < piece ? len - at : piece;
        copy = malloc(some); /* what is read beyond is seen */
        memcpy(copy, text + at, some);
        rc = llm_text_feed(&t, copy, some);
        free(copy);
    }

    return rc < 0 ? rc : llm_text_end(&t);
}

static void
only_what_is_for_the_caller_comes_out(void **state)
{
    size_t i, piece;

    static const struct {
        const char *said;
        const char *heard;
    } rows[] = {
        { "Hello there.", "Hello there." },
        { "<think>They want a day.</think>Friday?", "Friday?" },
        { "Yes. <THINK>a < b <i>x</i></Think> No.", "Yes.  No." },
        { "One <think>never ended", "One " },
        { "</think>Good day.", "Good day." },
        { "<tool_call>{\"name\":\"x\"}</tool_call>Done.", "Done." },
        { "<function=book>{}</function>Booked.", "Booked." },
        { "<think>one</think>a<thinking>two</thinking>b", "ab" },
        { "<speak>It is <break time=\"1s\"/>nine.</speak>", "It is nine." },
        { "<|im_end|>Bye.", "Bye." },
        { "3 < 4 and 5 > 4, I <3 it, <<", "3 < 4 and 5 > 4, I <3 it, <" },
        { "a\x01\x02 b\x7f\x1b c\nd\te", "a b c\nd\te" },
        { "Zo\xc3\xab \xf0\x9f\x98\x80 \xe2\x82\xac", "Zo\xc3\xab "
                                                      "\xf0\x9f\x98\x80 "
                                                      "\xe2\x82\xac" },
        { "a\xff\xc0\x80"
          "b\xed\xa0\x80"
          "c\xc3"
          "d\xf4\x90\x80\x80"
          "e\xe2\x82",
          "abcde" },
        { "left\xe2\x80\xaeright\xef\xbb\xbf", "leftright" },
        { "<think", "" },
        { "See https://www.example.com/a?b=c#d for more.",
          "See example.com for more." },
        { "Or HTTP://example.com. Or www.example.org, all.",
          "Or example.com. Or example.org, all." },
        { "([here](https://example.com/x)) ok", "([here](example.com)) ok" },
        { "http is h, ww and https:/ the www", "http is h, ww and https:/ the "
                                               "www" },
        { "9/10 and and/or", "9/10 and and/or" },
        { "xhttps://a/b", "xhttps://a/b" },
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (piece = 1; piece <= strlen(rows[i].said); piece++) {
            assert_int_equal(speak("zq0123456789", rows[i].said,
                                   strlen(rows[i].said), piece),
                             0);
            assert_string_equal(heard, rows[i].heard);
        }
    }
}

static void
a_tag_without_end_is_text_again(void **state)
{
    char   text[400];
    size_t piece;

    (void) state;
    memset(text, 'x', sizeof(text));
    text[0] = '<';
    for (piece = 1; piece < 400; piece += 7) {
        assert_int_equal(speak("", text, sizeof(text), piece), 0);
        assert_int_equal(heard_len, sizeof(text));
        assert_memory_equal(heard, text, sizeof(text));
    }
}

static void
the_canary_does_not_come_out_however_it_is_spelled(void **state)
{
    size_t i, piece;

    static const char *const rows[] = {
        "The code is zq0123456789, keep it.",
        "zq0123456789",
        "Z Q 0 1 2 3 4 5 6 7 8 9",
        "z-q-0-1-2-3-4-5-6-7-8-9",
        "zzzq0123456789",
        "zqzq01zq0123456789",
        "**zq01**2345\n6789",
        "zq<b>0123</b>456789",
        "zq0123\xe2\x80\x8b"
        "456789",
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (piece = 1; piece <= strlen(rows[i]); piece++) {
            assert_int_equal(speak("zq0123456789", rows[i], strlen(rows[i]),
                                   piece),
                             -EPERM);
            assert_null(strstr(heard, "9"));
        }
    }
}

static void
what_only_begins_like_the_canary_comes_out(void **state)
{
    size_t i, piece;

    static const char *const rows[] = {
        "zq012345678", "jazz", "A quiz, zq zq 01 z", "zqzqzq", "Zzz... zq-1"
    };

    (void) state;

    for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (piece = 1; piece <= strlen(rows[i]); piece++) {
            assert_int_equal(speak("zq0123456789", rows[i], strlen(rows[i]),
                                   piece),
                             0);
            assert_string_equal(heard, rows[i]);
        }
    }
}

static void
any_bytes_give_utf8(void **state)
{
    int      round;
    char     text[300], *clean;
    size_t   i;
    unsigned seed = 7;

    (void) state;

    for (round = 0; round < 3000; round++) {
        for (i = 0; i < sizeof(text); i++) {
            seed = seed * 1103515245 + 12345;
            text[i] = (char) (seed >> 16);
            if (seed >> 30 == 0) {
                text[i] = "<>/thinkz"[(seed >> 20) % 9];
            }
        }
        assert_int_equal(speak("zq0123456789", text, sizeof(text),
                               1 + (size_t) round % 40),
                         0);
        clean = llm_text_clean(heard, sizeof(heard));
        assert_string_equal(clean, heard); /* there is nothing to mend */
        free(clean);
    }
}

static void
a_copy_is_cut_between_characters(void **state)
{
    char *clean;

    (void) state;
    clean = llm_text_clean("ab\xe2\x82\xac", 4);
    assert_string_equal(clean, "ab");
    free(clean);
    clean = llm_text_clean("ab\xe2\x82\xac", 5);
    assert_string_equal(clean, "ab\xe2\x82\xac");
    free(clean);
    clean = llm_text_clean("\xe2\x82", 5);
    assert_string_equal(clean, "");
    free(clean);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_for_the_caller_comes_out),
        cmocka_unit_test(a_tag_without_end_is_text_again),
        cmocka_unit_test(the_canary_does_not_come_out_however_it_is_spelled),
        cmocka_unit_test(what_only_begins_like_the_canary_comes_out),
        cmocka_unit_test(any_bytes_give_utf8),
        cmocka_unit_test(a_copy_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
