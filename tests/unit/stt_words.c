/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <string.h>

#include <cmocka.h>

#include "provider/stt_words.h"

#define DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"

static void
words_sound_as_the_dictionary_says(void **state)
{
    char         phones[STT_PHONES_MAX];
    stt_words_t *w;

    (void) state;
    assert_int_equal(stt_words_open(&w, DICTIONARY), 0);

    assert_int_equal(stt_words_phones(w, "hello", 0, phones), 0);
    assert_string_equal(phones, "HH AH L OW");
    assert_int_equal(stt_words_phones(w, "hello", 1, phones), 0);
    assert_string_equal(phones, "HH EH L OW");
    assert_int_equal(stt_words_phones(w, "hello", 2, phones), -ENOENT);
    assert_int_equal(stt_words_phones(w, "o'clock", 0, phones), 0);
    stt_words_close(w);
}

static void
other_names_are_guessed_from_their_letters(void **state)
{
    char         phones[STT_PHONES_MAX];
    stt_words_t *w;

    (void) state;
    assert_int_equal(stt_words_open(&w, DICTIONARY), 0);

    assert_int_equal(stt_words_phones(w, "kowalchyk", 0, phones), 0);
    assert_memory_equal(phones, "K ", 2);
    assert_null(strpbrk(phones, "0123456789abcdefghijklmnopqrstuvwxyz"));
    assert_int_equal(stt_words_phones(w, "kowalchyk", 1, phones), -ENOENT);
    assert_int_equal(stt_words_phones(w, "caf\xc3\xa9", 0, phones), -ENOENT);
    assert_int_equal(stt_words_phones(w, "", 0, phones), -ENOENT);
    stt_words_close(w);
}

static void
text_becomes_the_words_that_are_said(void **state)
{
    char                      out[128];
    static const char *const pairs[][2] = {
        { "Do you offer Zirconia crowns?", "do you offer zirconia crowns" },
        { "Dr. O'Brien & Sons", "dr o'brien and sons" },
        { "20% off, 45 minutes", "twenty percent off forty five minutes" },
        { "call 555-0199", "call five five five zero one nine nine" },
        { "'quoted' -- words", "quoted words" },
        { "   ", "" },
    };

    (void) state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_int_equal(stt_words_spoken(out, sizeof(out), pairs[i][0]),
                         strlen(pairs[i][1]));
        assert_string_equal(out, pairs[i][1]);
    }

    assert_int_equal(stt_words_spoken(out, 8, "more than fits"), -ENOSPC);
    assert_int_equal(stt_words_spoken(out, 0, "x"), -ENOSPC);
}

static void
a_missing_dictionary_is_an_error(void **state)
{
    stt_words_t *w = NULL;

    (void) state;
    assert_int_equal(stt_words_open(&w, "/nowhere/at/all"), -ENOENT);
    assert_null(w);
    stt_words_close(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_sound_as_the_dictionary_says),
        cmocka_unit_test(other_names_are_guessed_from_their_letters),
        cmocka_unit_test(text_becomes_the_words_that_are_said),
        cmocka_unit_test(a_missing_dictionary_is_an_error),
    };

    return cmocka_run_group_tests_name("stt_words", tests, NULL, NULL);
}
