/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "provider/tts_text.h"

static void
written_things_are_said_as_people_say_them(void **state)
{
    char                     out[512];
    static const char *const pairs[][2] = {
        { "Call (555) 010-0001.",
          "Call five five five, zero one zero, zero zero zero one." },
        { "+15550100999, please",
          "five five five, zero one zero, zero nine nine nine, please" },
        { "555-0100", "five five five, zero one zero zero" },
        { "at 9:30 AM", "at nine thirty A M" },
        { "at 9:05pm.", "at nine oh five P M." },
        { "9 a.m. today", "nine A M today" },
        { "from 14:30 on", "from two thirty P M on" },
        { "at 9:00", "at nine o'clock" },
        { "0:15 and 12:00", "twelve fifteen A M and twelve o'clock" },
        { "Mon-Fri 9:00-17:00",
          "Monday to Friday nine o'clock to five P M" },
        { "on 2026-11-21T09:30", "on November twenty first at nine thirty" },
        { "Nov. 3rd", "November third" },
        { "November 21, 2026", "November twenty first twenty twenty six" },
        { "the 22nd", "the twenty second" },
        { "It is $45.", "It is forty five dollars." },
        { "$1,200.50", "one thousand two hundred dollars and fifty cents" },
        { "$1", "one dollar" },
        { "20% off", "twenty percent off" },
        { "9, 10 and 11", "nine, ten and eleven" },
        { "3.5 stars", "three point five stars" },
        { "code 004217", "code zero zero, four two one seven" },
        { "a.b@brightsmile.com", "a dot b at brightsmile dot com" },
        { "see www.harbor.com.", "see w w w dot harbor dot com." },
        { "Dr. Lee, 12 Oak St.", "Doctor Lee, twelve Oak Street" },
        { "open 24/7", "open twenty four seven" },
        { "**bold**  and `code`", "bold and code" },
        { "walk-ins welcome", "walk-ins welcome" },
        { "", "" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_true(tts_text_spoken(out, sizeof(out), pairs[i][0],
                                    strlen(pairs[i][0]))
                    >= 0);
        assert_string_equal(out, pairs[i][1]);
    }
}

static void
what_does_not_fit_is_cut_and_said_so(void **state)
{
    char out[8];

    (void) state;
    assert_int_equal(tts_text_spoken(out, sizeof(out), "far too long", 12),
                     -ENOSPC);
    assert_true(strlen(out) < sizeof(out));
    assert_int_equal(tts_text_spoken(out, 0, "x", 1), -ENOSPC);
}

static void
cut(const char *text, const char *first)
{
    assert_int_equal(tts_text_cut(text, strlen(text)), strlen(first));
}

static void
the_first_piece_is_short_and_ends_where_people_pause(void **state)
{
    char long_text[400];

    (void) state;
    cut("How can I help you? I can book.", "How can I help you?");
    cut("Doctor Lee is in. Come by.", "Doctor Lee is in.");
    cut("Ask for John B. Smith at nine", "Ask for John B. Smith at nine");
    cut("Okay.", "Okay.");
    cut("Short, but not worth a cut.", "Short, but not worth a cut.");
    cut("Thank you for calling Bright Smile Dental, this call may be recorded, "
        "so that we can do better.",
        "Thank you for calling Bright Smile Dental,");
    assert_int_equal(tts_text_cut("", 0), 0);

    memset(long_text, 'a', sizeof(long_text));
    for (size_t i = 9; i < sizeof(long_text); i += 10) {
        long_text[i] = ' ';
    }
    assert_in_range(tts_text_cut(long_text, sizeof(long_text)), 100, 170);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(written_things_are_said_as_people_say_them),
        cmocka_unit_test(what_does_not_fit_is_cut_and_said_so),
        cmocka_unit_test(the_first_piece_is_short_and_ends_where_people_pause),
    };

    return cmocka_run_group_tests_name("tts_text", tests, NULL, NULL);
}
