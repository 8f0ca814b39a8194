/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "speech/grammar.h"
#include "speech/kinds.h"

/* Every rule that is a kind has to be there. */
static const char rules[] =
    "first = *3 laura | kevin | emily | scott\n"
    "last = *3 parker | murphy | clark | scott\n"
    "weekday = monday | tuesday\n"
    "month = may | june | july | december\n"
    "ordinal = third\nnear = today\npart = morning\nhour = nine\n"
    "minutes = thirty | forty five\nkin = son\ndental = filling\n"
    "beauty = trim\n";

static const char *const texts[] = {
    "this is laura clark",  "this is laura parker", "this is kevin parker",
    "this is emily murphy", "this is laura calling", "may i ask you",
    "may i come in",        "may i call",            "may i stay",
    "on june third",        "on july third",         "on december third"
};

static kinds_t *kinds;

static void
temporary(char path[], const char *text)
{
    int    fd = mkstemp(path);
    size_t len = strlen(text);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, len), len);
    close(fd);
}

static int
setup(void **state)
{
    char       sentences[1024] = "";
    char       grammar_path[] = "/tmp/kinds.XXXXXX";
    char       path[] = "/tmp/kinds.XXXXXX";
    grammar_t *g;

    (void) state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        strcat(sentences, texts[i]);
        strcat(sentences, "\n");
    }

    temporary(grammar_path, rules);
    temporary(path, sentences);

    assert_int_equal(grammar_create(&g), 0);
    assert_int_equal(grammar_read(g, grammar_path), 0);
    assert_int_equal(kinds_create(&kinds, g), 0);
    grammar_destroy(g);

    assert_int_equal(kinds_read(kinds, path), 0);
    unlink(grammar_path);
    unlink(path);
    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    kinds_destroy(kinds);
    return 0;
}

static void
what_follows_one_name_may_follow_any_other(void **state)
{
    double seen, unseen;

    (void) state;

    seen = kinds_probability(kinds, "laura", "clark");
    unseen = kinds_probability(kinds, "kevin", "murphy");
    assert_true(unseen > 0.0);
    assert_float_equal(seen, unseen, 1e-9);
    assert_float_equal(kinds_probability(kinds, "emily", "calling"), 0.2,
                       1e-9);
}

static void
words_of_more_weight_are_likelier(void **state)
{
    (void) state;
    assert_float_equal(kinds_probability(kinds, "emily", "parker"),
                       3.0 * kinds_probability(kinds, "emily", "clark"),
                       1e-9);
    assert_float_equal(kinds_probability(kinds, "is", "kevin"), 1.0 / 6.0,
                       1e-9);
}

static void
a_word_of_other_uses_does_not_stand_for_its_kind(void **state)
{
    (void) state;
    assert_true(kinds_probability(kinds, "june", "third") > 0.0);
    assert_true(kinds_probability(kinds, "may", "third") == 0.0);
    assert_true(kinds_probability(kinds, "june", "i") == 0.0);
    assert_true(kinds_probability(kinds, "on", "may") > 0.0);
}

static void
words_of_no_kind_are_left_alone(void **state)
{
    (void) state;
    assert_true(kinds_probability(kinds, "this", "is") == 0.0);
    assert_true(kinds_share(kinds, "this") == 0.0);
    assert_true(kinds_probability(kinds, "never", "seen") == 0.0);
    assert_true(kinds_share(kinds, "never") == 0.0);
}

static void
no_word_is_followed_by_more_than_one(void **state)
{
    double                   sum;
    static const char *const first[] = { "<s>", "is", "laura", "on", "may",
                                         "june", "this", "clark" };
    static const char *const second[] = {
        "laura",   "kevin", "emily",    "scott",   "parker", "murphy",
        "clark",   "may",   "june",     "july",    "december", "monday",
        "tuesday", "third", "today",    "morning", "nine",   "thirty",
        "son",     "trim",  "filling",  "this",    "is",     "calling",
        "i",       "on",    "ask",      "</s>"
    };

    (void) state;

    for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
        sum = 0.0;
        for (size_t j = 0; j < sizeof(second) / sizeof(second[0]); j++) {
            sum += kinds_probability(kinds, first[i], second[j]);
        }
        assert_float_equal(sum, kinds_share(kinds, first[i]), 1e-9);
    }
}

static void
a_kind_without_its_rule_is_a_fault(void **state)
{
    kinds_t   *k;
    grammar_t *g;

    (void) state;
    assert_int_equal(grammar_create(&g), 0);
    assert_int_equal(kinds_create(&k, g), -ENOENT);
    grammar_destroy(g);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_one_name_may_follow_any_other),
        cmocka_unit_test(words_of_more_weight_are_likelier),
        cmocka_unit_test(a_word_of_other_uses_does_not_stand_for_its_kind),
        cmocka_unit_test(words_of_no_kind_are_left_alone),
        cmocka_unit_test(no_word_is_followed_by_more_than_one),
        cmocka_unit_test(a_kind_without_its_rule_is_a_fault),
    };

    return cmocka_run_group_tests_name("kinds", tests, setup, teardown);
}
