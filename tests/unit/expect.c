/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dialogue/expect.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
    const char *text;
    expect_e    kind;
} questions[] = {
    { "", EXPECT_OPEN },
    { "Thank you for calling Bright Smile Dental. How can I help you?",
      EXPECT_OPEN },
    { "What can I do for you today?", EXPECT_OPEN },
    { "We are open from nine to five.", EXPECT_OPEN },
    { "Shall I use the number you are calling from?", EXPECT_YES_NO },
    { "Is this number the best one to reach you?", EXPECT_YES_NO },
    { "Let me check: a cleaning tomorrow at nine, for John. Shall I book it?",
      EXPECT_YES_NO },
    { "That's four one five, five five five, two six seven one. Is that "
      "right?",
      EXPECT_YES_NO },
    { "Is there anything else I can help you with?", EXPECT_YES_NO },
    { "Anything else?", EXPECT_YES_NO },
    { "Shall I take a message?", EXPECT_YES_NO },
    { "Would you like me to book that for you?", EXPECT_YES_NO },
    { "Does that suit you?", EXPECT_YES_NO },
    { "Are you a new patient?", EXPECT_YES_NO },
    { "I have nine or nine thirty tomorrow morning. Which suits you?",
      EXPECT_CHOICE },
    { "Which one would you prefer?", EXPECT_CHOICE },
    { "Is it for a cleaning, a checkup or a whitening?", EXPECT_CHOICE },
    { "Would you like nine or ten?", EXPECT_CHOICE },
    { "May I have your name, please?", EXPECT_NAME },
    { "Could you spell that for me?", EXPECT_NAME },
    { "And who am I speaking with?", EXPECT_NAME },
    { "Just your first and last name, please.", EXPECT_NAME },
    { "What number can we reach you at?", EXPECT_PHONE },
    { "And your phone number, please?", EXPECT_PHONE },
    { "What's the best number to call you back?", EXPECT_PHONE },
    { "Please tell me the number digit by digit.", EXPECT_PHONE },
    { "And the area code, please?", EXPECT_PHONE },
    { "What day would suit you?", EXPECT_WHEN },
    { "What day and time would you like instead?", EXPECT_WHEN },
    { "When would you like to come in?", EXPECT_WHEN },
    { "What time works for you?", EXPECT_WHEN },
    { "On which day?", EXPECT_WHEN },
    { "What is it about?", EXPECT_REASON },
    { "What message should I pass on?", EXPECT_REASON },
    /* the last question counts, even with a remark behind it */
    { "What day would suit you? We are open all week.", EXPECT_WHEN },
    { "We're open until five. Shall I book it?", EXPECT_YES_NO },
};

static void
the_last_sentence_tells_what_is_expected(void **state)
{
    int wrong = 0;

    (void) state;
    for (size_t i = 0; i < COUNT(questions); i++) {
        expect_e kind = expect_of(questions[i].text);

        if (kind != questions[i].kind) {
            print_message("%s: %s\n", questions[i].text, expect_name(kind));
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static const struct {
    expect_e    kind;
    const char *text;
    int         least, most; /* ms */
} waits[] = {
    /* whole answers */
    { EXPECT_YES_NO, "yes", 250, 300 },
    { EXPECT_YES_NO, "yes please", 250, 300 },
    { EXPECT_YES_NO, "no", 250, 300 },
    { EXPECT_YES_NO, "no thanks", 250, 300 },
    { EXPECT_YES_NO, "yes that's right", 250, 300 },
    { EXPECT_YES_NO, "that's fine", 250, 300 },
    { EXPECT_YES_NO, "sounds good", 250, 460 },
    { EXPECT_YES_NO, "go ahead", 250, 300 },
    { EXPECT_YES_NO, "Yes, please.", 250, 300 },
    { EXPECT_CHOICE, "the second one", 250, 300 },
    { EXPECT_CHOICE, "the first one please", 250, 300 },
    { EXPECT_CHOICE, "nine thirty", 300, 450 },
    { EXPECT_CHOICE, "nine", 300, 450 },
    { EXPECT_CHOICE, "either one is fine", 250, 300 },
    { EXPECT_OPEN, "yes", 250, 450 },
    /* sentences with a clear purpose */
    { EXPECT_OPEN, "i'd like to book an appointment", 350, 450 },
    { EXPECT_OPEN, "what are your opening hours", 350, 450 },
    { EXPECT_OPEN, "can i speak to the manager", 350, 450 },
    { EXPECT_OPEN, "goodbye", 350, 450 },
    { EXPECT_OPEN, "do you have parking", 350, 450 },
    { EXPECT_WHEN, "tomorrow at nine", 300, 450 },
    { EXPECT_WHEN, "tomorrow morning", 300, 450 },
    { EXPECT_WHEN, "tomorrow", 400, 700 },
    { EXPECT_NAME, "my name is john smith", 350, 450 },
    { EXPECT_NAME, "it's anna", 350, 600 },
    { EXPECT_NAME, "anna", 350, 600 },
    /* digits */
    { EXPECT_PHONE, "five", 1200, 1500 },
    { EXPECT_PHONE, "four one five", 1200, 1500 },
    { EXPECT_PHONE, "four one five five five five", 1200, 1500 },
    { EXPECT_PHONE, "555", 1200, 1500 },
    { EXPECT_PHONE, "five five five oh one two three", 800, 1500 },
    { EXPECT_PHONE, "five five five oh one two three that's it", 300, 450 },
    { EXPECT_PHONE, "four one five five five five two six seven", 1200, 1500 },
    { EXPECT_PHONE, "four one five five five five two six seven one", 300,
      450 },
    { EXPECT_PHONE, "+1 415 555 2671", 300, 450 },
    { EXPECT_PHONE, "double five double five", 1200, 1500 },
    { EXPECT_OPEN, "my number is four one five five", 1200, 1500 },
    /* ends that cannot be one */
    { EXPECT_OPEN, "my number is", 1100, 1300 },
    { EXPECT_OPEN, "i'd like to book an appointment for", 1100, 1300 },
    { EXPECT_OPEN, "i'd like to book an appointment and", 1100, 1300 },
    { EXPECT_OPEN, "can i come on monday or", 1100, 1300 },
    { EXPECT_OPEN, "i would like to um", 1100, 1300 },
    { EXPECT_NAME, "my name is", 1100, 1300 },
    { EXPECT_NAME, "it's", 1100, 1300 },
    { EXPECT_WHEN, "tomorrow at", 1100, 1300 },
    { EXPECT_WHEN, "half past", 1100, 1300 },
    { EXPECT_YES_NO, "yes but", 1100, 1300 },
    { EXPECT_OPEN, "uh", 1100, 1300 },
    /* ends that only look so */
    { EXPECT_YES_NO, "yes i would", 250, 600 },
    { EXPECT_YES_NO, "yes i am", 250, 600 },
    { EXPECT_OPEN, "what time are you open until", 300, 600 },
    { EXPECT_OPEN, "i don't think so", 300, 600 },
    /* nothing yet */
    { EXPECT_OPEN, "", 650, 750 },
    { EXPECT_YES_NO, "", 650, 750 },
    { EXPECT_PHONE, "", 650, 750 },
    /* a story */
    { EXPECT_REASON, "it's about my bill", 700, 1000 },
};

static void
the_wait_fits_what_was_said(void **state)
{
    int wrong = 0;

    (void) state;
    for (size_t i = 0; i < COUNT(waits); i++) {
        int ms = expect_wait_ms(waits[i].kind, waits[i].text);

        if (ms < waits[i].least || ms > waits[i].most) {
            print_message("%s, \"%s\": %d ms, not %d to %d\n",
                          expect_name(waits[i].kind), waits[i].text, ms,
                          waits[i].least, waits[i].most);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static void
no_wait_is_longer_than_the_limit(void **state)
{
    static const char *const words[] = {
        "yes", "no", "my", "number", "is", "five", "oh", "tomorrow", "at",
        "nine", "and", "um", "what", "time", "the", "second", "one", "half",
        "past", "double", "please", "?", "+1", "415", "it's", "anna"
    };
    char     text[512];
    uint32_t seed = 3;

    (void) state;
    for (int n = 0; n < 20000; n++) {
        size_t len = 0;

        text[0] = '\0';
        for (uint32_t k = 0; k < 1 + n % 12U; k++) {
            seed = seed * 1664525U + 1013904223U;
            len += (size_t) snprintf(text + len, sizeof(text) - len, "%s ",
                                     words[(seed >> 8) % COUNT(words)]);
        }
        for (int kind = EXPECT_OPEN; kind <= EXPECT_REASON; kind++) {
            assert_in_range(expect_wait_ms((expect_e) kind, text), 250,
                            EXPECT_WAIT_MAX_MS);
        }
        (void) expect_of(text);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_sentence_tells_what_is_expected),
        cmocka_unit_test(the_wait_fits_what_was_said),
        cmocka_unit_test(no_wait_is_longer_than_the_limit),
    };

    return cmocka_run_group_tests_name("expect", tests, NULL, NULL);
}
