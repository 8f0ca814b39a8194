/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Makes what the recognizer starts with, at build time:
 *
 *     build DICTIONARY OUTPUT GRAMMAR...
 *
 * OUTPUT/base.txt    sentences drawn from the grammar files, one a line
 * OUTPUT/base.lm     the trigram model of them, ARPA
 * OUTPUT/base.dict   their words' pronunciations
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/stt_lm.h"
#include "provider/stt_words.h"
#include "speech/grammar.h"

typedef struct {
    FILE     *text;
    stt_lm_t *lm;
} build_t;

static int build_sentences(build_t *b, int count, char *files[]);
static int build_each(void *data, const char *sentence);
static int build_words(const build_t *b, const char *dictionary, FILE *out);
static FILE *build_open(const char *folder, const char *name);

int
main(int argc, char *argv[])
{
    int     rc;
    FILE   *model, *words;
    build_t b = { 0 };

    if (argc < 4) {
        fprintf(stderr, "usage: %s DICTIONARY OUTPUT GRAMMAR...\n", argv[0]);
        return EXIT_FAILURE;
    }

    b.text = build_open(argv[2], "base.txt");
    model = build_open(argv[2], "base.lm");
    words = build_open(argv[2], "base.dict");
    if (b.text == NULL || model == NULL || words == NULL) {
        exit(EXIT_FAILURE);
    }

    rc = stt_lm_create(&b.lm);
    if (rc == 0) {
        rc = build_sentences(&b, argc - 3, argv + 3);
    }
    if (rc == 0) {
        rc = stt_lm_write(b.lm, model);
    }
    if (rc == 0) {
        rc = build_words(&b, argv[1], words);
    }

    stt_lm_destroy(b.lm);
    if ((fclose(b.text) | fclose(model) | fclose(words)) != 0 && rc == 0) {
        rc = -EIO;
    }

    if (rc < 0) {
        fprintf(stderr, "%s: %s\n", argv[0], strerror(-rc));
        return EXIT_FAILURE;
    }

    return EXIT_SUCCESS;
}

static int
build_sentences(build_t *b, int count, char *files[])
{
    int        rc;
    grammar_t *g;

    rc = grammar_create(&g);
    if (rc < 0) {
        return rc;
    }

    for (int i = 0; i < count && rc == 0; i++) {
        rc = grammar_read(g, files[i]);
    }

    if (rc == 0) {
        rc = grammar_draw(g, build_each, b);
    }

    grammar_destroy(g);
    return rc;
}

static int
build_each(void *data, const char *sentence)
{
    build_t *b = data;

    fprintf(b->text, "%s\n", sentence);
    return stt_lm_add(b->lm, sentence, strlen(sentence), 1);
}

static int
build_words(const build_t *b, const char *dictionary, FILE *out)
{
    int          rc;
    char         phones[STT_PHONES_MAX];
    const char  *word;
    stt_words_t *w;

    rc = stt_words_open(&w, dictionary);
    if (rc < 0) {
        return rc;
    }

    for (size_t i = 0; i < stt_lm_word_count(b->lm); i++) {
        word = stt_lm_word(b->lm, i);

        for (unsigned n = 0;; n++) {
            rc = stt_words_phones(w, word, n, phones);
            if (rc < 0) {
                break;
            }

            if (n == 0) {
                fprintf(out, "%s %s\n", word, phones);
            } else {
                fprintf(out, "%s(%u) %s\n", word, n + 1, phones);
            }
        }
    }

    stt_words_close(w);
    return 0;
}

static FILE *
build_open(const char *folder, const char *name)
{
    char  path[4096];
    FILE *file;

    (void) snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "we");
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }

    return file;
}
