/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dialogue/sentence.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Chunks as one text, a bar after each. */
typedef struct {
    char   text[8192];
    size_t len;
    size_t longest;
} sink_t;

static void
on_chunk(void *data, const char *text, size_t len)
{
    sink_t *sink = data;

    assert_true(len > 0);
    assert_true(text[0] != ' ' && text[len - 1] != ' ');
    if (sink->len + len + 2 < sizeof(sink->text)) {
        memcpy(sink->text + sink->len, text, len);
        sink->len += len;
        sink->text[sink->len++] = '|';
        sink->text[sink->len] = '\0';
    }
    sink->longest = len > sink->longest ? len : sink->longest;
}

static void
cut(sink_t *sink, const char *text, size_t step)
{
    size_t     len = strlen(text);
    sentence_t s;

    memset(sink, 0, sizeof(*sink));
    sentence_init(&s, on_chunk, sink);
    for (size_t i = 0; i < len; i += step) {
        sentence_push(&s, text + i, step < len - i ? step : len - i);
    }
    sentence_flush(&s);
}

static const struct {
    const char *text;
    const char *chunks;
} rows[] = {
    { "", "" },
    { "Hello.", "Hello.|" },
    { "Hello. How are you?", "Hello.|How are you?|" },
    { "Sure! I have nine or ten. Which suits you?",
      "Sure!|I have nine or ten.|Which suits you?|" },
    /* the first chunk ends at a clause, later ones do not */
    { "We are open Monday to Friday, from nine to five, and on Saturday, "
      "too. On Sunday, we rest.",
      "We are open Monday to Friday,|from nine to five, and on Saturday, "
      "too.|On Sunday, we rest.|" },
    { "Yes, we do, every day. Come by.", "Yes, we do, every day.|Come by.|" },
    { "I found two free times: nine and ten.",
      "I found two free times: nine and ten.|" },
    { "I found two free times tomorrow: nine and ten.",
      "I found two free times tomorrow:|nine and ten.|" },
    { "Let me see what is free; one moment.",
      "Let me see what is free;|one moment.|" },
    { "That is certainly possible \xe2\x80\x94 tomorrow at nine.",
      "That is certainly possible \xe2\x80\x94|tomorrow at nine.|" },
    /* never inside numbers, prices, times, addresses */
    { "It costs $29.95 in all. Is that right?",
      "It costs $29.95 in all.|Is that right?|" },
    { "It is 3.5 miles away. Take the bus.",
      "It is 3.5 miles away.|Take the bus.|" },
    { "The total comes to about 1,250,000 dollars. Fine.",
      "The total comes to about 1,250,000 dollars.|Fine.|" },
    { "The next one free would be at 10:30 tomorrow.",
      "The next one free would be at 10:30 tomorrow.|" },
    { "Write to info@bright.example.com today. Thanks.",
      "Write to info@bright.example.com today.|Thanks.|" },
    { "See www.bright.example for more. Bye.",
      "See www.bright.example for more.|Bye.|" },
    { "Call 555. 0199 is the rest.", "Call 555. 0199 is the rest.|" },
    /* abbreviations and initials */
    { "Dr. Lee is in. Mrs. Hall is out.",
      "Dr. Lee is in.|Mrs. Hall is out.|" },
    { "We are on St. Mark's Ave. near No. 5. Come in.",
      "We are on St. Mark's Ave. near No. 5.|Come in.|" },
    { "At 9 a.m. Monday we open. See you.",
      "At 9 a.m. Monday we open.|See you.|" },
    { "Ask for J. P. Smith. He knows.", "Ask for J. P. Smith.|He knows.|" },
    { "So do I. We agree.", "So do I.|We agree.|" },
    { "Bring cards, forms, etc. and come early. Bye.",
      "Bring cards, forms, etc. and come early.|Bye.|" },
    { "By Nov. 23 at the latest. Good.",
      "By Nov. 23 at the latest.|Good.|" },
    /* ellipses, runs, quotes */
    { "Well... let me see. Yes.", "Well... let me see.|Yes.|" },
    { "Well... Let me see.", "Well...|Let me see.|" },
    { "Hmm\xe2\x80\xa6 Let me see.", "Hmm\xe2\x80\xa6|Let me see.|" },
    { "Really?! Yes.", "Really?!|Yes.|" },
    { "She said \"Come in.\" Then she left.",
      "She said \"Come in.\"|Then she left.|" },
    { "(We do that.) And more.", "(We do that.)|And more.|" },
    { "He said \xe2\x80\x9cYes.\xe2\x80\x9d Then left.",
      "He said \xe2\x80\x9cYes.\xe2\x80\x9d|Then left.|" },
    { "Sure!How can I help?", "Sure!|How can I help?|" },
    /* markdown */
    { "**Sure.** I have *nine* or `ten`.", "Sure.|I have nine or ten.|" },
    { "# Hours\nWe open at nine.", "Hours|We open at nine.|" },
    { "We have:\n- parking\n- coffee\n", "We have:|parking|coffee|" },
    { "* one\n* two", "one|two|" },
    { "1. Call us.\n2. Come in.", "1. Call us.|2. Come in.|" },
    { "See [our page](https://a.example/x.y?z=1) for more.",
      "See our page for more.|" },
    { "Mail anna_lee@a.example, _please_.",
      "Mail anna_lee@a.example, please.|" },
    { "```\nten\n```", "ten|" },
    { "> quoted text", "quoted text|" },
    { "well-known and ten-minute", "well-known and ten-minute|" },
    { "- 5 degrees", "5 degrees|" },
    { "-5 degrees", "-5 degrees|" },
    /* nothing to be spoken */
    { "...", "" },
    { "\xf0\x9f\x98\x80", "" },
    { "\xe2\x80\x94", "" },
    { "Great \xf0\x9f\x98\x80! See you.", "Great !|See you.|" },
    { "Sure.  \n\n  Yes.", "Sure.|Yes.|" },
    { "Two\nlines", "Two|lines|" },
    /* other scripts */
    { "\xe6\x98\xaf\xe3\x80\x82\xe5\xa5\xbd\xe3\x80\x82",
      "\xe6\x98\xaf\xe3\x80\x82|\xe5\xa5\xbd\xe3\x80\x82|" },
    { "Caf\xc3\xa9 ol\xc3\xa9. D\xc3\xa9j\xc3\xa0 vu.",
      "Caf\xc3\xa9 ol\xc3\xa9.|D\xc3\xa9j\xc3\xa0 vu.|" },
};

static void
text_is_cut_where_speech_can_begin(void **state)
{
    sink_t sink;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        cut(&sink, rows[i].text, strlen(rows[i].text) + 1);
        if (strcmp(sink.text, rows[i].chunks) != 0) {
            print_message("row %zu: %s\n", i, rows[i].text);
        }
        assert_string_equal(sink.text, rows[i].chunks);
    }
}

static void
any_split_gives_the_same_chunks(void **state)
{
    sink_t sink;

    (void) state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t step = 1; step <= strlen(rows[i].text); step++) {
            cut(&sink, rows[i].text, step);
            assert_string_equal(sink.text, rows[i].chunks);
        }
    }
}

static void
a_long_sentence_is_cut_between_words(void **state)
{
    char   text[2048] = "";
    sink_t sink;

    (void) state;
    for (int i = 0; i < 120; i++) {
        strcat(text, "word by word ");
    }
    cut(&sink, text, 7);
    assert_true(sink.longest <= SENTENCE_MAX);
    for (const char *at = sink.text; (at = strchr(at, '|')) != NULL; at++) {
        assert_true(strncmp(at - 4, "word", 4) == 0
                    || strncmp(at - 2, "by", 2) == 0);
    }
}

static void
a_word_without_end_is_cut_between_characters(void **state)
{
    char   text[2048];
    sink_t sink;

    (void) state;
    for (size_t i = 0; i < 1000; i += 2) {
        memcpy(text + i, "\xc3\xa9", 2);
    }
    text[1000] = '\0';
    cut(&sink, text, 3);
    assert_true(sink.longest <= SENTENCE_MAX + 4);
    for (size_t i = 0; i < sink.len; i++) {
        if (sink.text[i] == '|') {
            assert_int_equal((unsigned char) sink.text[i - 1], 0xa9);
        }
    }
}

static void
what_is_reset_is_never_given(void **state)
{
    sink_t     sink;
    sentence_t s;

    (void) state;
    memset(&sink, 0, sizeof(sink));
    sentence_init(&s, on_chunk, &sink);
    sentence_push(&s, "This is canceled", 16);
    sentence_reset(&s);
    sentence_push(&s, "Hello.", 6);
    sentence_flush(&s);
    assert_string_equal(sink.text, "Hello.|");
}

static void
a_chunk_is_given_as_soon_as_it_is_sure(void **state)
{
    sink_t     sink;
    sentence_t s;

    (void) state;
    memset(&sink, 0, sizeof(sink));
    sentence_init(&s, on_chunk, &sink);
    sentence_push(&s, "Hello there.", 12);
    assert_int_equal(sink.len, 0);
    sentence_push(&s, " H", 2);
    assert_string_equal(sink.text, "Hello there.|");
}

static uint32_t
next_random(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* Any bytes: bounded chunks, the same for every split. */
static void
random_bytes_do_no_harm(void **state)
{
    static const char signs[] = "ab1 .,!?;:\n*_#[]()-\"'\xe2\x80\x94\xf0\x9f"
                                "\x98\x80|`9Z";
    char              text[600];
    sink_t            whole, parts;
    uint32_t          seed = 7;

    (void) state;
    for (int n = 0; n < 20000; n++) {
        size_t len = next_random(&seed) % (sizeof(text) - 1);

        for (size_t i = 0; i < len; i++) {
            uint32_t r = next_random(&seed);

            text[i] = n % 4 == 0 ? (char) (r % 255 + 1)
                                 : signs[r % (sizeof(signs) - 1)];
        }
        text[len] = '\0';
        cut(&whole, text, len + 1);
        cut(&parts, text, 1 + next_random(&seed) % 9);
        assert_string_equal(whole.text, parts.text);
        assert_true(whole.longest <= SENTENCE_MAX + 8);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cut_where_speech_can_begin),
        cmocka_unit_test(any_split_gives_the_same_chunks),
        cmocka_unit_test(a_long_sentence_is_cut_between_words),
        cmocka_unit_test(a_word_without_end_is_cut_between_characters),
        cmocka_unit_test(what_is_reset_is_never_given),
        cmocka_unit_test(a_chunk_is_given_as_soon_as_it_is_sure),
        cmocka_unit_test(random_bytes_do_no_harm),
    };

    return cmocka_run_group_tests_name("sentence", tests, NULL, NULL);
}
