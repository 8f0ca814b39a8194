/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "call/outcome.h"

static char summary[512];

static int
setup(void **state)
{
    (void) state;
    memset(summary, 0, sizeof(summary));

    return 0;
}

static void
note(const char *tool, const char *args, const char *result)
{
    outcome_note(summary, sizeof(summary), tool, args, result);
    assert_true(strlen(summary) < sizeof(summary));
}

/* Postgres refuses a text that ends inside of a character. */
static void
expect_utf8(const char *text)
{
    int more = 0;

    for (; *text != '\0'; text++) {
        if (((unsigned char) *text & 0xc0) == 0x80) {
            assert_true(more-- > 0);
            continue;
        }
        assert_int_equal(more, 0);
        more = (unsigned char) *text >= 0xf0   ? 3
               : (unsigned char) *text >= 0xe0 ? 2
               : (unsigned char) *text >= 0xc0 ? 1
                                               : 0;
    }

    assert_int_equal(more, 0);
}

static void
what_was_done_is_told_in_order(void **state)
{
    (void) state;
    note("search_knowledge", "{\"query\":\"parking\"}",
         "{\"ok\":true,\"results\":[]}");
    note("book_appointment", "{\"start\":\"2026-11-21T09:30\"}",
         "{\"ok\":true,\"start\":\"2026-11-21T09:00\"}");
    assert_string_equal(summary, "Asked about parking. Booked an appointment "
                                 "for 2026-11-21 09:00.");
}

static void
what_failed_or_is_unknown_is_not_told(void **state)
{
    (void) state;
    note("book_appointment", "{}", "{\"ok\":false,\"error\":\"taken\"}");
    note("book_appointment", "{}", "not json");
    note("save_contact_name", "{\"name\":\"Ann\"}", "{\"ok\":true}");
    assert_string_equal(summary, "");
}

static void
the_same_is_told_once(void **state)
{
    (void) state;
    note("get_business_hours", "{}", "{\"ok\":true}");
    note("get_business_hours", "{}", "{\"ok\":true}");
    assert_string_equal(summary, "Asked about opening hours.");
}

static void
without_its_detail_the_sentence_is_plain(void **state)
{
    (void) state;
    note("capture_lead", "not json", "{\"ok\":true}");
    note("cancel_appointment", "{}", "{\"ok\":true,\"start\":17}");
    assert_string_equal(summary, "Left a message. Canceled an appointment.");
}

static void
words_are_not_taken_for_a_time(void **state)
{
    (void) state;
    note("search_knowledge", "{\"query\":\"toothache Tuesday morning\"}",
         "{\"ok\":true}");
    assert_string_equal(summary, "Asked about toothache Tuesday morning.");
}

static void
a_format_in_the_callers_words_is_only_words(void **state)
{
    (void) state;
    note("capture_lead", "{\"reason\":\"%s%n%d\"}", "{\"ok\":true}");
    assert_string_equal(summary, "Left a message: %s%n%d.");
}

static void
what_is_too_long_is_cut_between_characters(void **state)
{
    size_t i, pad;
    char   args[1024], word[512];

    (void) state;

    for (pad = 0; pad < 4; pad++) {
        memset(word, 0, sizeof(word));
        memset(word, 'x', pad);
        for (i = pad; i + 4 < 400; i += 3) {
            memcpy(word + i, "\xe2\x82\xac", 4);
        }
        (void) snprintf(args, sizeof(args), "{\"reason\":\"%s\"}", word);

        memset(summary, 0, sizeof(summary));
        note("capture_lead", args, "{\"ok\":true}");
        expect_utf8(summary);
        assert_true(strlen(summary) > 100);
    }

    /* The whole of it has a room, too. */
    for (i = 0; i < 300; i++) {
        (void) snprintf(args, sizeof(args),
                        "{\"query\":\"%zu \xc3\xa9\xc3\xa9\xc3\xa9\"}", i);
        note("search_knowledge", args, "{\"ok\":true}");
        expect_utf8(summary);
    }
}

#define OUTCOME_TEST(f) cmocka_unit_test_setup(f, setup)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        OUTCOME_TEST(what_was_done_is_told_in_order),
        OUTCOME_TEST(what_failed_or_is_unknown_is_not_told),
        OUTCOME_TEST(the_same_is_told_once),
        OUTCOME_TEST(without_its_detail_the_sentence_is_plain),
        OUTCOME_TEST(words_are_not_taken_for_a_time),
        OUTCOME_TEST(a_format_in_the_callers_words_is_only_words),
        OUTCOME_TEST(what_is_too_long_is_cut_between_characters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
