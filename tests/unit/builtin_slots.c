/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dialogue/builtin_slots.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
    const char *text;
    int         asked;
    const char *name; /* "": none */
} names[] = {
    { "my name is john smith", 0, "John Smith" },
    { "the name is o'brien", 0, "O'Brien" },
    { "MY NAME IS ANNA", 0, "Anna" },
    { "my name is anna and i need a cleaning", 0, "Anna" },
    { "my name is mary ann jones please", 0, "Mary Ann Jones" },
    { "it's anna", 0, "Anna" },
    { "this is peter jones calling", 0, "Peter Jones" },
    { "anna smith speaking", 0, "Anna Smith" },
    { "first name john last name smith", 0, "John Smith" },
    { "my first name is john and my last name is smith", 0, "John Smith" },
    { "call me bob", 0, "Bob" },
    { "under the name thompson", 0, "Thompson" },
    { "j o h n", 1, "John" },
    { "my name is jon j o n", 0, "Jon" },
    { "anna smith s m y t h e", 1, "Anna Smythe" },
    { "smith that's s m i t h", 1, "Smith" },
    { "my name is lee double e", 0, "Lee" },
    { "my name is matt m a double t", 0, "Matt" },
    { "xi jin", 1, "Xi Jin" },
    { "yes it's zbigniew", 1, "Zbigniew" },
    { "sure wojcik is my name", 1, "Wojcik" },
    { "Jos\xc3\xa9 Mu\xc3\xb1oz", 1, "Jos\xc3\xa9 Mu\xc3\xb1oz" },
    { "It\xe2\x80\x99s Anna.", 0, "Anna" },
    { "i am interested in a cleaning", 0, "" },
    { "i'm calling about my bill", 0, "" },
    { "i'm sick", 0, "" },
    { "it's urgent", 0, "" },
    { "this is important", 0, "" },
    { "yes", 1, "" },
    { "no thanks", 1, "" },
    { "tomorrow at nine", 1, "" },
    { "do you have parking", 1, "" },
    { "what", 1, "" },
    { "", 1, "" },
    { "five five five", 1, "" },
};

static void
names_are_found(void **state)
{
    int             wrong = 0;
    builtin_name_t  name;
    builtin_words_t ws;

    (void) state;
    for (size_t i = 0; i < COUNT(names); i++) {
        builtin_words(&ws, names[i].text);
        if (!builtin_name(&name, &ws, 0, ws.count, names[i].asked)) {
            name.text[0] = '\0';
        }
        if (strcmp(name.text, names[i].name) != 0) {
            print_message("%s: \"%s\"\n", names[i].text, name.text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static const struct {
    const char *text;
    const char *digits;
} numbers[] = {
    { "five five five oh one two three", "5550123" },
    { "double five five oh one two three", "5550123" },
    { "triple five oh one two three", "5550123" },
    { "five five five double oh one nine", "5550019" },
    { "four one five and then five five five two six seven one",
      "4155552671" },
    { "area code four one five five five five two six seven one",
      "4155552671" },
    { "four one five fifty five fifty two six seven one", "4155552671" },
    { "eight hundred five five five oh one nine nine", "8005550199" },
    { "four one five five five five to six seven one", "4155552671" },
    { "four one five five five five two six seven won", "4155552671" },
    { "+1 (415) 555-2671", "14155552671" },
    { "415.555.2671", "4155552671" },
    { "five, five, five, oh, one, two, three", "5550123" },
    { "my number is zero two oh seven nine four six oh nine five eight",
      "02079460958" },
    { "nine thirty", "930" },
    { "9:30", "" },
    { "11/23", "" },
    { "2026-11-23", "" },
    { "the third", "" },
    { "", "" },
};

static void
digits_are_found(void **state)
{
    int              wrong = 0;
    builtin_words_t  ws;
    builtin_digits_t digits;

    (void) state;
    for (size_t i = 0; i < COUNT(numbers); i++) {
        builtin_words(&ws, numbers[i].text);
        if (!builtin_digits(&digits, &ws, 0, ws.count, 1)) {
            digits.text[0] = '\0';
        }
        if (strcmp(digits.text, numbers[i].digits) != 0) {
            print_message("%s: \"%s\"\n", numbers[i].text, digits.text);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

static const struct {
    const char *digits;
    int         plus;
    const char *caller;
    int         rc;
    const char *number;
} dials[] = {
    { "4155552671", 0, "", 1, "+14155552671" },
    { "14155552671", 0, "", 1, "+14155552671" },
    { "14155552671", 1, "", 1, "+14155552671" },
    { "4155552671", 0, "+12125550100", 1, "+14155552671" },
    { "5550123", 0, "+12125550100", 1, "+12125550123" },
    { "5550123", 0, "", 0, "" },
    { "415", 0, "+12125550100", 0, "" },
    { "41555526", 0, "+12125550100", 0, "" },
    { "1155552671", 0, "", 0, "" },
    { "0155552671", 0, "", -1, "" },
    { "41555526711", 0, "", -1, "" },
    { "442079460958", 1, "", 1, "+442079460958" },
    { "00442079460958", 0, "", 1, "+442079460958" },
    { "02079460958", 0, "+442079460000", 1, "02079460958" },
    { "207", 0, "+442079460000", 0, "" },
    { "1415", 1, "", 0, "" },
    { "", 0, "", 0, "" },
};

static void
numbers_can_be_dialed(void **state)
{
    char number[BUILTIN_DIGITS_BYTES];

    (void) state;
    for (size_t i = 0; i < COUNT(dials); i++) {
        int rc = builtin_dial(number, sizeof(number), dials[i].digits,
                              dials[i].plus, dials[i].caller);

        if (rc != dials[i].rc) {
            print_message("%s: %d\n", dials[i].digits, rc);
        }
        assert_int_equal(rc, dials[i].rc);
        if (rc == 1) {
            assert_string_equal(number, dials[i].number);
        }
    }
}

static void
services_and_guests_are_found(void **state)
{
    static const char *const services[] = { "Teeth cleaning", "Checkup",
                                            "Root canal", "Whitening" };
    static const struct {
        const char *text;
        int         service;
        int         party;
    } rows[] = {
        { "a cleaning", 0, 0 },
        { "i want my teeth cleaned", 0, 0 },
        { "a check up please", 1, 0 },
        { "i need a root canal", 2, 0 },
        { "teeth whitening", 3, 0 },
        { "whitning", 3, 0 },
        { "a table for four", -1, 4 },
        { "a table for two at seven", -1, 2 },
        { "for six people", -1, 6 },
        { "there will be five of us", -1, 5 },
        { "party of twelve", -1, 12 },
        { "for nine o'clock", -1, 0 },
        { "for four", -1, 0 },
        { "hello", -1, 0 },
    };
    size_t          at;
    builtin_words_t ws;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        int service, party;

        builtin_words(&ws, rows[i].text);
        service = builtin_service(&ws, 0, ws.count, services,
                                  COUNT(services));
        party = builtin_party(&ws, 0, ws.count, &at);
        if (service != rows[i].service || party != rows[i].party) {
            print_message("%s: %d %d\n", rows[i].text, service, party);
        }
        assert_int_equal(service, rows[i].service);
        assert_int_equal(party, rows[i].party);
    }
}

static void
words_are_made_alike(void **state)
{
    static const struct {
        const char *text;
        const char *words;
    } rows[] = {
        { "I'd like, um, to BOOK.", "i would like to book" },
        { "what\xe2\x80\x99s up", "what is up" },
        { "9:30am", "9 30 am" },
        { "nine a m", "nine am" },
        { "nine a.m.", "nine am" },
        { "a m i t", "a m i t" },
        { "nine o clock", "nine o'clock" },
        { "good bye", "goodbye" },
        { "uh huh", "mhm" },
        { "uh hello", "hello" },
        { "mm hm", "mhm" },
        { "mm tomorrow", "tomorrow" },
        { "23rd", "23" },
        { "''  ' ,", "" },
        { "\xe2\x80\x99\xe2\x80\x99", "" },
        { "", "" },
    };
    char            text[256];
    builtin_words_t ws;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        builtin_words(&ws, rows[i].text);
        builtin_words_join(&ws, 0, ws.count, text, sizeof(text));
        assert_string_equal(text, rows[i].words);
    }
}

static void
words_beyond_the_limit_are_dropped(void **state)
{
    char            text[20000] = "";
    builtin_words_t ws;

    (void) state;
    for (int i = 0; i < 1500; i++) {
        strcat(text, "i'd nine 12 ");
    }
    builtin_words(&ws, text);
    assert_int_equal(ws.count, BUILTIN_WORDS_MAX);
    memset(text, 'x', sizeof(text) - 1);
    builtin_words(&ws, text);
    assert_int_equal(ws.count, 1);
    memset(text, '7', sizeof(text) - 1);
    builtin_words(&ws, text);
    assert_int_equal(ws.count, 1);
}

static void
near_words_are_alike_and_others_are_not(void **state)
{
    (void) state;
    assert_true(builtin_word_like("apointment", "appointment"));
    assert_true(builtin_word_like("appontmen", "appointment"));
    assert_true(builtin_word_like("tomorow", "tomorrow"));
    assert_true(builtin_word_like("cancle", "cancel"));
    assert_false(builtin_word_like("cancer", "cancel"));
    assert_false(builtin_word_like("massage", "message"));
    assert_false(builtin_word_like("charge", "change"));
    assert_false(builtin_word_like("tuesday", "thursday"));
    assert_false(builtin_word_like("look", "book"));
    assert_false(builtin_word_like("", "appointment"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_found),
        cmocka_unit_test(digits_are_found),
        cmocka_unit_test(numbers_can_be_dialed),
        cmocka_unit_test(services_and_guests_are_found),
        cmocka_unit_test(words_are_made_alike),
        cmocka_unit_test(words_beyond_the_limit_are_dropped),
        cmocka_unit_test(near_words_are_alike_and_others_are_not),
    };

    return cmocka_run_group_tests_name("builtin_slots", tests, NULL, NULL);
}
