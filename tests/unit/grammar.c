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

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"

typedef struct {
    char     text[4096];
    unsigned count;
} drawn_t;

static int
collect(void *data, const char *sentence)
{
    drawn_t *d = data;

    assert_true(strlen(d->text) + strlen(sentence) + 2 < sizeof(d->text));
    strcat(d->text, sentence);
    strcat(d->text, "\n");
    d->count++;
    return 0;
}

static int
draw(const char *grammar, drawn_t *d)
{
    int        rc, fd;
    char       path[] = "/tmp/grammar.XXXXXX";
    grammar_t *g;

    memset(d, 0, sizeof(*d));
    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, grammar, strlen(grammar)), strlen(grammar));
    close(fd);

    assert_int_equal(grammar_create(&g), 0);
    rc = grammar_read(g, path);
    if (rc == 0) {
        rc = grammar_draw(g, collect, d);
    }

    grammar_destroy(g);
    unlink(path);
    return rc;
}

static unsigned
times(const drawn_t *d, const char *text)
{
    unsigned n = 0;

    for (const char *at = d->text; (at = strstr(at, text)) != NULL; at++) {
        n++;
    }
    return n;
}

static void
every_alternative_is_drawn_as_often_as_it_weighs(void **state)
{
    drawn_t d;

    (void) state;
    assert_int_equal(draw("# a comment\n"
                          "day = monday | *3 tuesday\n"
                          "    | friday\n"
                          "say 20\n"
                          "    call me $day\n"
                          "    *3 ring (me|us) [now]\n",
                          &d),
                     0);
    assert_int_equal(d.count, 20);
    assert_int_equal(times(&d, "call me "), 5);
    assert_int_equal(times(&d, "monday"), 1);
    assert_int_equal(times(&d, "tuesday"), 3);
    assert_int_equal(times(&d, "friday"), 1);
    assert_in_range(times(&d, "ring me"), 7, 8);
    assert_in_range(times(&d, "now"), 7, 8);
}

static void
the_same_files_give_the_same_sentences(void **state)
{
    drawn_t     a, b;
    const char *text = "x = a | b | c | d | e\nsay 50\n    $x $x [$x]\n";

    (void) state;
    assert_int_equal(draw(text, &a), 0);
    assert_int_equal(draw(text, &b), 0);
    assert_string_equal(a.text, b.text);
}

static void
faults_are_found(void **state)
{
    drawn_t                  d;
    static const char *const faults[] = {
        "say 1\n    (open\n",
        "say 1\n    open)\n",
        "say 1\n    $nobody\n",
        "say none\n    x\n",
        "    indented\n",
        "neither\n",
        "x = $x\nsay 1\n    $x\n",
        "say 1\n    *0 never\n",
        "say 1\n    Capital\n",
    };

    (void) state;
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        assert_true(draw(faults[i], &d) < 0);
    }
}

/* A test of recognition must not have been in what was learned. */
static void
no_sentence_was_learned_of(const char *tests_path)
{
    char        path[512], *line = NULL, *known = NULL;
    FILE       *tests, *base;
    size_t      room = 0, known_room = 0, found = 0, count = 0;
    const char *build = getenv("FRONTDESK_BUILD");

    (void) snprintf(path, sizeof(path), "%s/speech/base.txt",
                    build != NULL ? build : "build");
    tests = fopen(tests_path, "re");
    base = fopen(path, "re");
    assert_non_null(tests);
    assert_non_null(base);

    while (getline(&line, &room, tests) > 0) {
        if (line[0] == '#') {
            continue;
        }

        line[strcspn(line, "\t\n")] = '\0';
        count++;
        rewind(base);
        while (getline(&known, &known_room, base) > 0) {
            known[strcspn(known, "\n")] = '\0';
            if (strcmp(line, known) == 0) {
                print_message("learned: %s\n", line);
                found++;
                break;
            }
        }
    }

    assert_true(count >= 120);
    assert_int_equal(found, 0);
    free(line);
    free(known);
    fclose(tests);
    fclose(base);
}

static void
no_sentence_of_the_benchmark_was_learned(void **state)
{
    (void) state;
    no_sentence_was_learned_of("tests/bench/recognition.tsv");
    no_sentence_was_learned_of("tests/bench/held-out.tsv");
}

static int
each_word(void *data, const char *word)
{
    drawn_t *d = data;

    strcat(d->text, word);
    strcat(d->text, " ");
    return 0;
}

static void
single_words_of_a_rule_are_told(void **state)
{
    int        fd;
    char       path[] = "/tmp/grammar.XXXXXX";
    drawn_t    d = { 0 };
    grammar_t *g;
    const char rules[] = "day = *2 monday | tuesday | the $x | a b\nx = c\n";

    (void) state;

    fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, rules, strlen(rules)), strlen(rules));
    close(fd);

    assert_int_equal(grammar_create(&g), 0);
    assert_int_equal(grammar_read(g, path), 0);
    assert_int_equal(grammar_words(g, "day", each_word, &d), 0);
    assert_string_equal(d.text, "monday monday tuesday ");
    assert_int_equal(grammar_words(g, "night", each_word, &d), -ENOENT);

    grammar_destroy(g);
    unlink(path);
}

static int
compare(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

/* Of a dictionary, in the order of compare(). */
static size_t
first_words(const char *path, char *words[], size_t max)
{
    char  *line = NULL;
    FILE  *file;
    size_t count = 0, room = 0;

    file = fopen(path, "re");
    assert_non_null(file);

    while (count < max && getline(&line, &room, file) > 0) {
        line[strcspn(line, " ")] = '\0';
        words[count] = strdup(line);
        assert_non_null(words[count++]);
    }

    free(line);
    fclose(file);
    qsort(words, count, sizeof(char *), compare);
    return count;
}

/*
 * A slip of the pen in a template makes a word that nobody says: few are in
 * no dictionary.
 */
static void
templates_are_made_of_words(void **state)
{
    char         path[512], *line = NULL, *rest;
    FILE        *base;
    size_t       count, room = 0, all = 0, unknown = 0;
    static char *words[200000];
    const char  *word, *build = getenv("FRONTDESK_BUILD");

    (void) state;

    (void) snprintf(path, sizeof(path), "%s/speech/base.txt",
                    build != NULL ? build : "build");
    base = fopen(path, "re");
    assert_non_null(base);
    count = first_words(DICTIONARY, words, COUNT(words));

    while (getline(&line, &room, base) > 0) {
        for (word = strtok_r(line, " \n", &rest); word != NULL;
             word = strtok_r(NULL, " \n", &rest))
        {
            all++;
            unknown += bsearch(&word, words, count, sizeof(char *), compare)
                       == NULL;
        }
    }

    assert_true(all > 100000);
    assert_true(unknown * 2000 < all);

    free(line);
    fclose(base);
    while (count > 0) {
        free(words[--count]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_alternative_is_drawn_as_often_as_it_weighs),
        cmocka_unit_test(the_same_files_give_the_same_sentences),
        cmocka_unit_test(faults_are_found),
        cmocka_unit_test(no_sentence_of_the_benchmark_was_learned),
        cmocka_unit_test(single_words_of_a_rule_are_told),
        cmocka_unit_test(templates_are_made_of_words),
    };

    return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
