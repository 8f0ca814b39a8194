/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "speech/kinds.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Said so many times as often as its kind is, a word has other uses too. */
#define KINDS_OTHER_USES 2.5

/* The rules whose single words are a kind. */
static const char *const kinds_rules[] = {
    "first", "last", "weekday", "month", "ordinal", "near",
    "part",  "hour", "minutes", "kin",   "dental",  "beauty"
};

#define KINDS_MAX COUNT(kinds_rules)
#define KINDS_NONE (-1)

typedef struct {
    char    *text;
    unsigned weights[KINDS_MAX]; /* among the words of each kind */
    int      kind;               /* the one that it stands for, or none */
    unsigned count, followed;
    unsigned before[KINDS_MAX]; /* how often it came before a kind */
    unsigned after[KINDS_MAX];  /* and after one */
} kinds_word_t;

typedef struct {
    unsigned weight, followed;
    double   count; /* of a word of weight 1: that of most */
    unsigned before[KINDS_MAX];
} kinds_kind_t;

struct kinds_s {
    void        *words; /* a tree of kinds_word_t, by text */
    kinds_kind_t kinds[KINDS_MAX];
    int          reading; /* the kind whose words are read */
};

typedef void (*kinds_pair_pt)(kinds_t *k, kinds_word_t *first,
                              kinds_word_t *second);

static int kinds_member(void *data, const char *text);
static kinds_word_t *kinds_word(kinds_t *k, const char *text);
static const kinds_word_t *kinds_find(const kinds_t *k, const char *text);
static int kinds_lines(kinds_t *k, FILE *file, kinds_pair_pt pair);
static int kinds_line(kinds_t *k, char *line, kinds_pair_pt pair);
static void kinds_count(kinds_t *k, kinds_word_t *first,
                        kinds_word_t *second);
static void kinds_pair(kinds_t *k, kinds_word_t *first, kinds_word_t *second);
static void kinds_settle(kinds_t *k);
static void kinds_usual(const void *node, VISIT visit, void *data);
static void kinds_judge(const void *node, VISIT visit, void *data);
static int kinds_compare(const void *a, const void *b);
static void kinds_free(void *word);

int
kinds_create(kinds_t **kp, grammar_t *g)
{
    int      rc = 0;
    kinds_t *k;

    k = calloc(1, sizeof(kinds_t));
    if (k == NULL) {
        return -ENOMEM;
    }

    for (size_t i = 0; i < KINDS_MAX && rc == 0; i++) {
        k->reading = (int) i;
        rc = grammar_words(g, kinds_rules[i], kinds_member, k);
    }

    if (rc < 0) {
        kinds_destroy(k);
        return rc;
    }

    *kp = k;
    return 0;
}

void
kinds_destroy(kinds_t *k)
{
    if (k != NULL) {
        tdestroy(k->words, kinds_free);
        free(k);
    }
}

/* Twice: what a word is counted as depends on how often all are said. */
int
kinds_read(kinds_t *k, const char *path)
{
    int   rc;
    FILE *file;

    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    rc = kinds_lines(k, file, kinds_count);
    if (rc == 0) {
        kinds_settle(k);
        rewind(file);
        rc = kinds_lines(k, file, kinds_pair);
    }

    fclose(file);
    return rc;
}

double
kinds_probability(const kinds_t *k, const char *first, const char *second)
{
    double              p = 0.0, followed;
    const unsigned     *before;
    const kinds_word_t *a = kinds_find(k, first), *b = kinds_find(k, second);

    if (a == NULL || b == NULL || a->followed == 0) {
        return 0.0;
    }

    before = a->before;
    followed = a->followed;
    if (a->kind != KINDS_NONE) {
        before = k->kinds[a->kind].before;
        followed = k->kinds[a->kind].followed;
    }

    for (size_t i = 0; i < KINDS_MAX; i++) {
        if (b->weights[i] > 0) {
            p += (double) before[i] * b->weights[i] / k->kinds[i].weight;
        }
    }

    if (b->kind == KINDS_NONE && a->kind != KINDS_NONE) {
        p += b->after[a->kind];
    }

    return p / followed;
}

double
kinds_share(const kinds_t *k, const char *first)
{
    double              sum = 0.0;
    const kinds_word_t *word = kinds_find(k, first);

    if (word == NULL || word->followed == 0) {
        return 0.0;
    }

    if (word->kind != KINDS_NONE) {
        return 1.0;
    }

    for (size_t i = 0; i < KINDS_MAX; i++) {
        sum += word->before[i];
    }

    return sum / word->followed;
}

static int
kinds_member(void *data, const char *text)
{
    kinds_t      *k = data;
    kinds_word_t *word;

    word = kinds_word(k, text);
    if (word == NULL) {
        return -ENOMEM;
    }

    word->weights[k->reading]++;
    k->kinds[k->reading].weight++;
    return 0;
}

/* Made when it is new. */
static kinds_word_t *
kinds_word(kinds_t *k, const char *text)
{
    void         *node;
    kinds_word_t *word, key = { .text = (char *) text };

    node = tfind(&key, &k->words, kinds_compare);
    if (node != NULL) {
        return *(kinds_word_t **) node;
    }

    word = calloc(1, sizeof(kinds_word_t));
    if (word == NULL) {
        return NULL;
    }

    word->kind = KINDS_NONE;
    word->text = strdup(text);
    if (word->text == NULL
        || tsearch(word, &k->words, kinds_compare) == NULL)
    {
        kinds_free(word);
        return NULL;
    }

    return word;
}

static const kinds_word_t *
kinds_find(const kinds_t *k, const char *text)
{
    void        *node;
    kinds_word_t key = { .text = (char *) text };

    node = tfind(&key, &k->words, kinds_compare);
    return node != NULL ? *(kinds_word_t **) node : NULL;
}

static int
kinds_lines(kinds_t *k, FILE *file, kinds_pair_pt pair)
{
    int    rc = 0;
    char  *line = NULL;
    size_t room = 0;

    while (rc == 0 && getline(&line, &room, file) > 0) {
        rc = kinds_line(k, line, pair);
    }

    free(line);
    return rc == 0 && ferror(file) ? -EIO : rc;
}

static int
kinds_line(kinds_t *k, char *line, kinds_pair_pt pair)
{
    char         *text, *rest;
    kinds_word_t *first, *second;

    first = kinds_word(k, "<s>");
    text = strtok_r(line, " \n", &rest);

    while (first != NULL && text != NULL) {
        second = kinds_word(k, text);
        if (second != NULL) {
            pair(k, first, second);
        }
        first = second;
        text = strtok_r(NULL, " \n", &rest);
    }

    second = kinds_word(k, "</s>");
    if (first == NULL || second == NULL) {
        return -ENOMEM;
    }

    pair(k, first, second);
    return 0;
}

static void
kinds_count(kinds_t *k, kinds_word_t *first, kinds_word_t *second)
{
    (void) k;
    (void) first;
    second->count++;
}

static void
kinds_pair(kinds_t *k, kinds_word_t *first, kinds_word_t *second)
{
    first->followed++;

    if (first->kind != KINDS_NONE) {
        k->kinds[first->kind].followed++;
    }

    if (second->kind != KINDS_NONE) {
        first->before[second->kind]++;
        if (first->kind != KINDS_NONE) {
            k->kinds[first->kind].before[second->kind]++;
        }

    } else if (first->kind != KINDS_NONE) {
        second->after[first->kind]++;
    }
}

/*
 * A word stands for its kind when it has no other and is said as often as
 * the others of it: "may" is a month, but more than a month.
 */
static void
kinds_settle(kinds_t *k)
{
    for (size_t i = 0; i < KINDS_MAX; i++) {
        k->reading = (int) i;
        k->kinds[i].count = 0.0;
        twalk_r(k->words, kinds_usual, k);
    }

    twalk_r(k->words, kinds_judge, k);
}

/* The middle of all counts, a step nearer to each of them. */
static void
kinds_usual(const void *node, VISIT visit, void *data)
{
    kinds_t            *k = data;
    kinds_kind_t       *kind = &k->kinds[k->reading];
    const kinds_word_t *word = *(kinds_word_t *const *) node;
    double              count;

    if ((visit != postorder && visit != leaf)
        || word->weights[k->reading] == 0 || word->count == 0)
    {
        return;
    }

    count = (double) word->count / word->weights[k->reading];
    if (kind->count == 0.0) {
        kind->count = count;
    } else {
        kind->count *= count > kind->count ? 1.1 : 1.0 / 1.1;
    }
}

static void
kinds_judge(const void *node, VISIT visit, void *data)
{
    int           kind = KINDS_NONE, kinds = 0;
    double        usual;
    kinds_t      *k = data;
    kinds_word_t *word = *(kinds_word_t *const *) node;

    if (visit != postorder && visit != leaf) {
        return;
    }

    for (size_t i = 0; i < KINDS_MAX; i++) {
        if (word->weights[i] > 0) {
            kind = (int) i;
            kinds++;
        }
    }

    word->kind = KINDS_NONE;
    if (kinds == 1) {
        usual = k->kinds[kind].count * word->weights[kind];
        if (word->count <= usual * KINDS_OTHER_USES) {
            word->kind = kind;
        }
    }
}

static int
kinds_compare(const void *a, const void *b)
{
    const kinds_word_t *x = a, *y = b;

    return strcmp(x->text, y->text);
}

static void
kinds_free(void *word)
{
    kinds_word_t *w = word;

    free(w->text);
    free(w);
}
