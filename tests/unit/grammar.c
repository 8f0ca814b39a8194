/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "speech/grammar.h"

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

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_alternative_is_drawn_as_often_as_it_weighs),
        cmocka_unit_test(the_same_files_give_the_same_sentences),
        cmocka_unit_test(faults_are_found),
        cmocka_unit_test(no_sentence_of_the_benchmark_was_learned),
    };

    return cmocka_run_group_tests_name("grammar", tests, NULL, NULL);
}
