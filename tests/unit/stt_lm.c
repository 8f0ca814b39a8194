/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "provider/stt_lm.h"

static const char *const sentences[] = {
    "book a table",
    "book a table",
    "book a room",
    "cancel a room",
    "yes",
    "book it please",
    "cancel it",
};

typedef struct {
    char  *text;
    size_t len;
} arpa_t;

static stt_lm_t *
model(void)
{
    stt_lm_t *lm;

    assert_int_equal(stt_lm_create(&lm), 0);
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
        assert_int_equal(stt_lm_add(lm, sentences[i], strlen(sentences[i]), 1),
                         0);
    }
    return lm;
}

static arpa_t
written(stt_lm_t *lm)
{
    FILE  *file;
    arpa_t a = { NULL, 0 };

    file = open_memstream(&a.text, &a.len);
    assert_int_equal(stt_lm_write(lm, file), 0);
    fclose(file);
    return a;
}

/* log10 of an n-gram of the file, and its back-off; NAN: not there. */
static double
entry(const arpa_t *a, const char *gram, double *backoff)
{
    char        line[256], tail[128];
    const char *at;

    (void) snprintf(line, sizeof(line), "\t%s", gram);
    *backoff = 0.0;

    for (at = a->text; (at = strstr(at, line)) != NULL; at++) {
        (void) snprintf(tail, sizeof(tail), "%.100s", at + strlen(line));
        if (tail[0] != '\t' && tail[0] != '\n') {
            continue;
        }

        if (tail[0] == '\t') {
            *backoff = strtod(tail + 1, NULL);
        }
        while (at > a->text && at[-1] != '\n') {
            at--;
        }
        return strtod(at, NULL);
    }

    return (double) NAN;
}

/* As a recognizer computes it: the longest n-gram there is. */
static double
probability(const arpa_t *a, const char *w1, const char *w2, const char *w3)
{
    char   gram[128];
    double log_p, backoff, unused, sum = 0.0;

    (void) snprintf(gram, sizeof(gram), "%s %s %s", w1, w2, w3);
    log_p = entry(a, gram, &unused);
    if (isnan(log_p)) {
        (void) snprintf(gram, sizeof(gram), "%s %s", w1, w2);
        if (!isnan(entry(a, gram, &backoff))) {
            sum += backoff;
        }

        (void) snprintf(gram, sizeof(gram), "%s %s", w2, w3);
        log_p = entry(a, gram, &unused);
        if (isnan(log_p)) {
            (void) entry(a, w2, &backoff);
            sum += backoff;
            log_p = entry(a, w3, &unused);
        }
    }

    return pow(10.0, sum + log_p);
}

static void
all_that_can_follow_sums_up_to_one(void **state)
{
    double                   sum;
    arpa_t                   a;
    stt_lm_t                *lm = model();
    static const char *const contexts[][2] = {
        { "<s>", "book" },
        { "book", "a" },
        { "a", "table" },
        { "it", "please" },
        { "yes", "cancel" },
        { "table", "yes" },
    };

    (void) state;
    a = written(lm);

    for (size_t c = 0; c < sizeof(contexts) / sizeof(contexts[0]); c++) {
        sum = probability(&a, contexts[c][0], contexts[c][1], "</s>");
        for (size_t i = 0; i < stt_lm_word_count(lm); i++) {
            sum += probability(&a, contexts[c][0], contexts[c][1],
                               stt_lm_word(lm, i));
        }
        assert_true(fabs(sum - 1.0) < 0.01);
    }

    free(a.text);
    stt_lm_destroy(lm);
}

/* "a": four times, two kinds after it; "book a": three times, two kinds. */
static void
witten_and_bell_are_followed(void **state)
{
    arpa_t    a;
    double    p1, p2, p3, kinds = 9.0, total = 25.0;
    stt_lm_t *lm = model();

    (void) state;
    a = written(lm);

    p1 = (2.0 + 1.0) / (total + kinds);
    p2 = (2.0 + 2.0 * 4.0 * p1) / (4.0 + 2.0 * 4.0);
    p3 = (2.0 + 2.0 * 8.0 * p2) / (3.0 + 2.0 * 8.0);
    assert_true(fabs(probability(&a, "book", "a", "table") - p3) < 0.001);

    free(a.text);
    stt_lm_destroy(lm);
}

static void
speech_in_general_counts_where_sentences_are_silent(void **state)
{
    double    sum;
    arpa_t    a;
    stt_lm_t *lm = model();

    (void) state;
    for (size_t i = 0; i < stt_lm_word_count(lm); i++) {
        assert_int_equal(stt_lm_general(lm, stt_lm_word(lm, i), NULL, 0.01),
                         0);
    }
    assert_int_equal(stt_lm_general(lm, "</s>", NULL, 0.05), 0);
    assert_int_equal(stt_lm_general(lm, "maybe", NULL, 0.02), 0);
    assert_int_equal(stt_lm_general(lm, "table", "please", 0.3), 0);
    assert_int_equal(stt_lm_general(lm, "table", "maybe", 0.1), 0);
    assert_int_equal(stt_lm_general(lm, "maybe", "book", 0.4), 0);
    a = written(lm);

    assert_true(probability(&a, "a", "table", "please")
                > 2.0 * probability(&a, "a", "table", "maybe"));
    assert_true(probability(&a, "a", "table", "maybe")
                > 2.0 * probability(&a, "a", "table", "cancel"));
    assert_true(probability(&a, "table", "maybe", "book") > 0.3);

    sum = probability(&a, "a", "table", "</s>");
    for (size_t i = 0; i < stt_lm_word_count(lm); i++) {
        sum += probability(&a, "a", "table", stt_lm_word(lm, i));
    }
    assert_true(fabs(sum - 1.0) < 0.01);

    free(a.text);
    stt_lm_destroy(lm);
}

static void
the_same_sentences_give_the_same_bytes(void **state)
{
    arpa_t    a, b;
    stt_lm_t *x = model(), *y = model();

    (void) state;
    a = written(x);
    b = written(y);
    assert_int_equal(a.len, b.len);
    assert_memory_equal(a.text, b.text, a.len);

    free(a.text);
    free(b.text);
    stt_lm_destroy(x);
    stt_lm_destroy(y);
}

static void
weight_is_repetition(void **state)
{
    arpa_t    a, b;
    stt_lm_t *x, *y;

    (void) state;
    assert_int_equal(stt_lm_create(&x), 0);
    assert_int_equal(stt_lm_create(&y), 0);
    assert_int_equal(stt_lm_add(x, "good morning", 12, 3), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(stt_lm_add(y, "good morning", 12, 1), 0);
    }

    a = written(x);
    b = written(y);
    assert_string_equal(a.text, b.text);
    free(a.text);
    free(b.text);
    stt_lm_destroy(x);
    stt_lm_destroy(y);
}

static void
odd_sentences_do_no_harm(void **state)
{
    char      longest[200];
    arpa_t    a;
    stt_lm_t *lm;

    (void) state;
    assert_int_equal(stt_lm_create(&lm), 0);
    memset(longest, 'x', sizeof(longest));

    assert_int_equal(stt_lm_add(lm, "", 0, 1), 0);
    assert_int_equal(stt_lm_add(lm, "   ", 3, 1), 0);
    assert_int_equal(stt_lm_add(lm, longest, sizeof(longest), 1), 0);
    assert_int_equal(stt_lm_word_count(lm), 0);
    assert_int_equal(stt_lm_add(lm, "  two   words ", 14, 1), 0);
    assert_int_equal(stt_lm_word_count(lm), 2);
    assert_true(stt_lm_has_word(lm, "words"));
    assert_false(stt_lm_has_word(lm, "word"));
    assert_int_equal(stt_lm_read(lm, "/nowhere/at/all", 1), -ENOENT);

    a = written(lm);
    assert_non_null(strstr(a.text, "\\end\\"));
    free(a.text);
    stt_lm_destroy(lm);
    stt_lm_destroy(NULL);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_that_can_follow_sums_up_to_one),
        cmocka_unit_test(witten_and_bell_are_followed),
        cmocka_unit_test(speech_in_general_counts_where_sentences_are_silent),
        cmocka_unit_test(the_same_sentences_give_the_same_bytes),
        cmocka_unit_test(weight_is_repetition),
        cmocka_unit_test(odd_sentences_do_no_harm),
    };

    return cmocka_run_group_tests_name("stt_lm", tests, NULL, NULL);
}
