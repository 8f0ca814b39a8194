/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dialogue/builtin.h"
#include "builtin_callers.h"
#include "builtin_phrases.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NOW_MS   1795186800000LL /* Friday 2026-11-20 10:00 in New York */

static const char *const services[] = { "cleaning", "checkup", "whitening" };

typedef struct {
    const char        *intent;
    const char *const *phrases;
    size_t             count;
    size_t             least; /* there are so many at least */
} row_t;

#define ROW(intent, phrases, least)            \
    {                                          \
        intent, phrases, COUNT(phrases), least \
    }

static const row_t rows[] = {
    ROW("booking", say_booking, 60),
    ROW("reschedule", say_reschedule, 60),
    ROW("cancel", say_cancel, 60),
    ROW("list", say_list, 60),
    ROW("hours", say_hours, 60),
    ROW("faq", say_faq, 60),
    ROW("transfer", say_transfer, 60),
    ROW("message", say_message, 60),
    ROW("yes", say_yes, 60),
    ROW("no", say_no, 60),
    ROW("goodbye", say_goodbye, 60),
    ROW("repeat", say_repeat, 60),
    ROW("thanks", say_thanks, 20),
    ROW("greeting", say_greeting, 20),
    ROW("give_name", say_name, 60),
    ROW("give_phone", say_phone, 60),
    ROW("give_time", say_time, 60),
    ROW("booking", callers_booking, 50),
    ROW("reschedule", callers_reschedule, 25),
    ROW("cancel", callers_cancel, 20),
    ROW("list", callers_list, 20),
    ROW("message", callers_message, 20),
    ROW("transfer", callers_transfer, 20),
    ROW("hours", callers_hours, 20),
    ROW("faq", callers_faq, 50),
    ROW("yes", callers_yes, 25),
    ROW("no", callers_no, 20),
    ROW("goodbye", callers_goodbye, 15),
    ROW("repeat", callers_repeat, 15),
    ROW("give_name", callers_name, 35),
    ROW("give_phone", callers_phone, 5),
    ROW("give_time", callers_time, 40),
    ROW("thanks", callers_thanks, 5),
    ROW("greeting", callers_greeting, 5),
    ROW("other", callers_other, 15),
};

static void
guess_of(builtin_guess_t *guess, const char *text)
{
    builtin_intent_of(guess, text, NOW_MS, "America/New_York", services,
                      COUNT(services));
}

/* Of the paraphrases of every intent, 95 in 100 are taken for it. */
static void
paraphrases_are_understood(void **state)
{
    int             all = 0, right = 0, failed = 0;
    builtin_guess_t guess;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t hits = 0;

        assert_true(rows[i].count >= rows[i].least);
        for (size_t j = 0; j < rows[i].count; j++) {
            guess_of(&guess, rows[i].phrases[j]);
            if (strcmp(guess.intent, rows[i].intent) == 0) {
                hits++;
            } else {
                print_message("%s: \"%s\" taken for %s\n", rows[i].intent,
                              rows[i].phrases[j], guess.intent);
            }
        }
        all += (int) rows[i].count;
        right += (int) hits;
        if (hits * 100 < rows[i].count * 95) {
            print_message("%s: %zu of %zu\n", rows[i].intent, hits,
                          rows[i].count);
            failed++;
        }
    }
    print_message("%d of %d paraphrases\n", right, all);
    assert_int_equal(failed, 0);
}

/* Nothing is booked, moved or canceled by what does not speak of it. */
static void
no_other_phrase_asks_for_a_change(void **state)
{
    static const char *const changes[] = { "reschedule", "cancel" };
    builtin_guess_t          guess;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (strcmp(rows[i].intent, "reschedule") == 0
            || strcmp(rows[i].intent, "cancel") == 0)
        {
            continue;
        }
        for (size_t j = 0; j < rows[i].count; j++) {
            guess_of(&guess, rows[i].phrases[j]);
            for (size_t k = 0; k < COUNT(changes); k++) {
                assert_string_not_equal(guess.intent, changes[k]);
            }
        }
    }
}

static const struct {
    const char *text;
    const char *guess;
} slots[] = {
    { "i'd like to book a cleaning for tomorrow morning",
      "booking date=2026-11-21 part=morning service=cleaning" },
    { "can i book an appointment for monday at three",
      "booking date=2026-11-23 time=15:00" },
    { "my name is john smith", "give_name name=John Smith" },
    { "anna smith s m i t h", "give_name name=Anna Smith" },
    { "my name is smith spelled s m y t h e", "give_name name=Smythe" },
    { "my name is o'brien", "give_name name=O'Brien" },
    { "it's two one two five five five oh one four four",
      "give_phone phone=+12125550144" },
    { "+1 415-555-2671", "give_phone phone=+14155552671" },
    { "nine one seven triple five oh one eight two",
      "give_phone phone=+19175550182" },
    { "tomorrow afternoon at two",
      "give_time date=2026-11-21 part=afternoon time=14:00" },
    { "I'd like to book an appointment for 11/23 at 9:30am, please.",
      "booking date=2026-11-23 time=09:30" },
    { "hi i'm anna and i'd like to book a check up for the twenty third at "
      "half past ten",
      "booking date=2026-11-23 time=10:30 name=Anna service=checkup" },
    { "what are your opening hours", "hours" },
    { "the weather is nice in here", "other" },
    { "", "other" },
};

static void
slots_are_filled(void **state)
{
    int             wrong = 0;
    char            text[256];
    builtin_guess_t guess;

    (void) state;
    for (size_t i = 0; i < COUNT(slots); i++) {
        guess_of(&guess, slots[i].text);
        builtin_guess_print(&guess, text, sizeof(text));
        if (strcmp(text, slots[i].guess) != 0) {
            print_message("%s: %s\n", slots[i].text, text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paraphrases_are_understood),
        cmocka_unit_test(no_other_phrase_asks_for_a_change),
        cmocka_unit_test(slots_are_filled),
    };

    return cmocka_run_group_tests_name("builtin_intent", tests, NULL, NULL);
}
