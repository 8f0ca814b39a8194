/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Makes what the recognizer starts with, at build time:
 *
 *     build MODEL OUTPUT FILE...
 *
 * MODEL is the recognizer's folder of a language: an acoustic model, how words
 * are spoken, how likely they follow each other in general. FILE is a grammar,
 * or a list of everyday words when its name is common.txt,
 * or, as FILE.tsv, of sentences that are not to be learned, since what is
 * learned is measured with them: the first column of each line.
 *
 * OUTPUT/base.txt      sentences drawn from the grammars, one a line
 * OUTPUT/base.general  probabilities of words, and of one after another
 * OUTPUT/base.dict     their pronunciations
 * OUTPUT/base.lm       the trigram model, ARPA, and base.lm.bin, as it is read
 * OUTPUT/means         and variances: the acoustic model's on the telephone
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pocketsphinx.h>
#include <sphinxbase/err.h>
#include <sphinxbase/ngram_model.h>

#include "provider/stt_lm.h"
#include "provider/stt_words.h"
#include "speech/grammar.h"
#include "speech/kinds.h"
#include "speech/telephone.h"

#define BUILD_PATH_MAX 4096
#define BUILD_WORD_LIST "common.txt"
#define BUILD_ACOUSTIC "/en-us"
#define BUILD_DICTIONARY "/cmudict-en-us.dict"
#define BUILD_GENERAL "/en-us.lm.bin"

/* Of two words, those less likely are left to the single word. */
#define BUILD_GENERAL_MIN 0.0005
#define BUILD_KINDS_MIN 0.0001 /* where kinds of words tell of the second */

/* How much is left to the kinds of words where they tell of what follows. */
#define BUILD_KINDS 0.6

typedef struct {
    const char *model;
    const char *output;
    FILE       *text;
    stt_lm_t   *lm;
    kinds_t    *kinds;
    char      **held_out; /* in order */
    size_t      held_out_count;
} build_t;

static int build_sentences(build_t *b, int count, char *files[]);
static int build_each(void *data, const char *sentence);
static int build_file(build_t *b, grammar_t *g, const char *path);
static int build_list(build_t *b, const char *path);
static int build_hold_out(build_t *b, const char *path);
static int build_compare(const void *a, const void *b);
static int build_general(build_t *b);
static int build_pairs(build_t *b, ngram_model_t *general, logmath_t *lmath,
                       FILE *out);
static int build_words(build_t *b);
static void build_word(const stt_words_t *w, const char *word, FILE *out);
static int build_model(build_t *b);
static int build_acoustic(const build_t *b);
static FILE *build_open(const build_t *b, const char *name);
static int build_close(FILE *file, int rc);

int
main(int argc, char *argv[])
{
    int     rc;
    build_t b = { 0 };

    if (argc < 4) {
        fprintf(stderr, "usage: %s MODEL OUTPUT FILE...\n", argv[0]);
        return EXIT_FAILURE;
    }

    err_set_logfp(NULL);
    b.model = argv[1];
    b.output = argv[2];

    rc = stt_lm_create(&b.lm);
    if (rc == 0) {
        rc = build_sentences(&b, argc - 3, argv + 3);
    }
    if (rc == 0) {
        rc = build_general(&b);
    }
    if (rc == 0) {
        rc = build_words(&b);
    }
    if (rc == 0) {
        rc = build_model(&b);
    }
    if (rc == 0) {
        rc = build_acoustic(&b);
    }

    kinds_destroy(b.kinds);
    stt_lm_destroy(b.lm);
    for (size_t i = 0; i < b.held_out_count; i++) {
        free(b.held_out[i]);
    }
    free(b.held_out);

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

    b->text = build_open(b, "base.txt");
    if (b->text == NULL) {
        return -errno;
    }

    rc = grammar_create(&g);
    if (rc < 0) {
        return build_close(b->text, rc);
    }

    for (int i = 0; i < count && rc == 0; i++) {
        rc = build_file(b, g, files[i]);
    }

    if (rc == 0) {
        rc = grammar_draw(g, build_each, b);
    }
    if (rc == 0) {
        rc = kinds_create(&b->kinds, g);
    }

    grammar_destroy(g);
    return build_close(b->text, rc);
}

static int
build_file(build_t *b, grammar_t *g, const char *path)
{
    const char *name, *ending;

    name = strrchr(path, '/');
    name = name != NULL ? name + 1 : path;
    ending = strrchr(name, '.');

    if (strcmp(name, BUILD_WORD_LIST) == 0) {
        return build_list(b, path);
    }

    if (ending != NULL && strcmp(ending, ".tsv") == 0) {
        return build_hold_out(b, path);
    }

    return grammar_read(g, path);
}

static int
build_each(void *data, const char *sentence)
{
    build_t *b = data;

    if (bsearch(&sentence, b->held_out, b->held_out_count, sizeof(char *),
                build_compare)
        != NULL)
    {
        return 0;
    }

    fprintf(b->text, "%s\n", sentence);
    return stt_lm_add(b->lm, sentence, strlen(sentence), 1);
}

/* The words become known; how likely they are comes later. */
static int
build_list(build_t *b, const char *path)
{
    int   rc = 0;
    char  word[STT_LM_WORD_MAX];
    FILE *file;

    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    while (rc == 0 && fscanf(file, "%63s", word) == 1) {
        if (word[0] == '#') {
            rc = fscanf(file, "%*[^\n]") == EOF ? -EINVAL : 0;
        } else {
            rc = stt_lm_general(b->lm, word, NULL, 0.0);
        }
    }

    return build_close(file, rc);
}

static int
build_hold_out(build_t *b, const char *path)
{
    int    rc = 0;
    char  *line = NULL, **grown;
    FILE  *file;
    size_t room = 0;

    file = fopen(path, "re");
    if (file == NULL) {
        rc = -errno;
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return rc;
    }

    while (rc == 0 && getline(&line, &room, file) > 0) {
        line[strcspn(line, "\t\n")] = '\0';
        grown = realloc(b->held_out,
                        (b->held_out_count + 1) * sizeof(char *));
        if (grown == NULL) {
            rc = -ENOMEM;
            break;
        }

        b->held_out = grown;
        grown[b->held_out_count] = strdup(line);
        if (grown[b->held_out_count] == NULL) {
            rc = -ENOMEM;
        } else {
            b->held_out_count++;
        }
    }

    free(line);
    if (b->held_out_count > 0) {
        qsort(b->held_out, b->held_out_count, sizeof(char *), build_compare);
    }
    return build_close(file, rc);
}

static int
build_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static int
build_general(build_t *b)
{
    int     rc;
    char           path[BUILD_PATH_MAX];
    FILE          *out;
    logmath_t     *lmath;
    ngram_model_t *general;

    (void) snprintf(path, sizeof(path), "%s/base.txt", b->output);
    rc = kinds_read(b->kinds, path);
    if (rc < 0) {
        return rc;
    }

    (void) snprintf(path, sizeof(path), "%s" BUILD_GENERAL, b->model);

    lmath = logmath_init(1.0001, 0, 0);
    general = ngram_model_read(NULL, path, NGRAM_AUTO, lmath);
    if (general == NULL) {
        fprintf(stderr, "%s: no language model\n", path);
        logmath_free(lmath);
        return -ENOENT;
    }

    out = build_open(b, "base.general");
    rc = out == NULL ? -errno
                     : build_close(out, build_pairs(b, general, lmath, out));

    ngram_model_free(general);
    logmath_free(lmath);

    if (rc == 0) {
        (void) snprintf(path, sizeof(path), "%s/base.general", b->output);
        rc = stt_lm_read_general(b->lm, path);
    }

    return rc;
}

/* All pairs of the words we know; </s> may come after, <s> before. */
static int
build_pairs(build_t *b, ngram_model_t *general, logmath_t *lmath, FILE *out)
{
    int32        used, *ids;
    double       p, share;
    size_t       count = 0;
    const char **words;

    words = calloc(stt_lm_word_count(b->lm) + 2, sizeof(char *));
    ids = calloc(stt_lm_word_count(b->lm) + 2, sizeof(int32));
    if (words == NULL || ids == NULL) {
        free(words);
        free(ids);
        return -ENOMEM;
    }

    words[count++] = "<s>";
    words[count++] = "</s>";
    for (size_t i = 0; i < stt_lm_word_count(b->lm); i++) {
        words[count++] = stt_lm_word(b->lm, i);
    }

    for (size_t i = 0; i < count; i++) {
        ids[i] = ngram_wid(general, words[i]);
        if (i > 0 && ids[i] != ngram_unknown_wid(general)) {
            p = logmath_exp(lmath, ngram_ng_prob(general, ids[i], NULL, 0,
                                                 &used));
            fprintf(out, "%.3g %s\n", p, words[i]);
        }
    }

    for (size_t i = 0; i < count; i++) {
        share = kinds_share(b->kinds, words[i]);

        for (size_t j = 1; j < count && i != 1; j++) {
            p = 0.0;
            if (ids[i] != ngram_unknown_wid(general)
                && ids[j] != ngram_unknown_wid(general))
            {
                p = logmath_exp(lmath, ngram_ng_prob(general, ids[j], &ids[i],
                                                     1, &used));
                p = used == 2 && p > BUILD_GENERAL_MIN ? p : 0.0;
            }

            if (share > 0.0) {
                p = (1.0 - BUILD_KINDS * share) * p
                    + BUILD_KINDS
                          * kinds_probability(b->kinds, words[i], words[j]);
            }

            if (p > BUILD_KINDS_MIN) {
                fprintf(out, "%.3g %s %s\n", p, words[i], words[j]);
            }
        }
    }

    free(words);
    free(ids);
    return 0;
}

static int
build_words(build_t *b)
{
    int          rc;
    char         path[BUILD_PATH_MAX];
    FILE        *out;
    stt_words_t *w;

    (void) snprintf(path, sizeof(path), "%s" BUILD_DICTIONARY, b->model);
    rc = stt_words_open(&w, path);
    if (rc < 0) {
        return rc;
    }

    out = build_open(b, "base.dict");
    if (out == NULL) {
        stt_words_close(w);
        return -errno;
    }

    for (size_t i = 0; i < stt_lm_word_count(b->lm); i++) {
        build_word(w, stt_lm_word(b->lm, i), out);
    }

    stt_words_close(w);
    return build_close(out, 0);
}

static void
build_word(const stt_words_t *w, const char *word, FILE *out)
{
    char     phones[STT_PHONES_MAX];
    unsigned n = 0;

    while (stt_words_phones(w, word, n, phones) == 0) {
        n++;
        if (n == 1) {
            fprintf(out, "%s %s\n", word, phones);
        } else {
            fprintf(out, "%s(%u) %s\n", word, n, phones);
        }
    }
}

/* Decoders read the binary form some times faster. */
static int
build_model(build_t *b)
{
    int     rc;
    char           path[BUILD_PATH_MAX];
    FILE          *out;
    logmath_t     *lmath;
    ngram_model_t *model;

    out = build_open(b, "base.lm");
    if (out == NULL) {
        return -errno;
    }

    rc = build_close(out, stt_lm_write(b->lm, out));
    if (rc < 0) {
        return rc;
    }

    (void) snprintf(path, sizeof(path), "%s/base.lm", b->output);
    lmath = logmath_init(1.0001, 0, 0);
    model = ngram_model_read(NULL, path, NGRAM_ARPA, lmath);

    (void) snprintf(path, sizeof(path), "%s/base.lm.bin", b->output);
    if (model == NULL || ngram_model_write(model, path, NGRAM_BIN) < 0) {
        rc = -EINVAL;
    }

    ngram_model_free(model);
    logmath_free(lmath);
    return rc;
}

static int
build_acoustic(const build_t *b)
{
    char path[BUILD_PATH_MAX];

    (void) snprintf(path, sizeof(path), "%s" BUILD_ACOUSTIC, b->model);
    return telephone_build(path, b->output);
}

static FILE *
build_open(const build_t *b, const char *name)
{
    char  path[BUILD_PATH_MAX];
    FILE *file;

    (void) snprintf(path, sizeof(path), "%s/%s", b->output, name);
    file = fopen(path, "we");
    if (file == NULL) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
    }

    return file;
}

/* The first failure is the one that counts. */
static int
build_close(FILE *file, int rc)
{
    int failed = ferror(file);

    failed |= fclose(file);
    return rc == 0 && failed ? -EIO : rc;
}
