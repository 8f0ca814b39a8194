/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "provider/stt_lm.h"

#define LM_ID_BITS 20 /* three words make one key */
#define LM_WORDS_MAX ((1u << LM_ID_BITS) - 1)
#define LM_BEGIN 0 /* <s> */
#define LM_END 1   /* </s> */

#define LM_LOG_ZERO (-99.0)

/*
 * For a kind of follower that was seen, so many are expected that were not:
 * the sentences are drawn from templates and repeat themselves more than
 * people do.
 */
#define LM_UNSEEN_2 4.0
#define LM_UNSEEN_3 8.0

/* How much of what follows unseen is left to speech in general. */
#define LM_GENERAL 0.8
#define LM_GENERAL_MIN 1e-7 /* of words that general speech has not */

/* An n-gram: its words' ids, the newest lowest; zero is a free place. */
typedef struct {
    uint64_t key;
    uint32_t count;     /* how often it was seen */
    uint32_t followed;  /* how often something came after it */
    uint32_t followers; /* how many different words came after it */
    float    general;   /* how likely its last word is in general */
    float    spoken_for; /* sum of `general` of what may come after it */
} lm_gram_t;

typedef struct {
    lm_gram_t *grams;
    size_t     size; /* a power of two */
    size_t     used;
} lm_table_t;

struct stt_lm_s {
    char      **words;
    size_t      word_count, word_room;
    uint32_t   *index; /* of words: id + 1 by hash */
    size_t      index_size;
    lm_table_t  tables[3]; /* of one, two and three words */
    uint32_t    total;     /* words and ends of sentences */
    double      general;   /* sum of all words' probabilities in general */
};

static int lm_read_general_line(stt_lm_t *lm, char *line);
static int lm_word_id(stt_lm_t *lm, const char *word, size_t len,
                      uint32_t *id);
static size_t lm_index_find(const stt_lm_t *lm, const char *word, size_t len);
static int lm_index_grow(stt_lm_t *lm);
static int lm_count(stt_lm_t *lm, const uint32_t ids[3], int depth,
                    uint32_t weight);
static lm_gram_t *lm_find(const lm_table_t *t, uint64_t key);
static int lm_insert(lm_table_t *t, uint64_t key, lm_gram_t **gram);
static int lm_grow(lm_table_t *t);
static uint64_t lm_key(const uint32_t *ids, int n);
static double lm_probability(stt_lm_t *lm, uint64_t key, int n);
static double lm_general(const stt_lm_t *lm, const lm_gram_t *gram);
static double lm_unseen(const lm_gram_t *context, int n);
static double lm_backoff(const lm_gram_t *g, int n);
static void lm_sum_general(stt_lm_t *lm);
static int lm_write_table(stt_lm_t *lm, FILE *out, int n);
static int lm_compare(const void *a, const void *b);

int
stt_lm_create(stt_lm_t **lp)
{
    int       rc;
    uint32_t  id;
    stt_lm_t *lm;

    lm = calloc(1, sizeof(stt_lm_t));
    if (lm == NULL) {
        return -ENOMEM;
    }

    rc = lm_word_id(lm, "<s>", 3, &id);
    if (rc == 0) {
        rc = lm_word_id(lm, "</s>", 4, &id);
    }

    if (rc < 0) {
        stt_lm_destroy(lm);
        return rc;
    }

    *lp = lm;
    return 0;
}

void
stt_lm_destroy(stt_lm_t *lm)
{
    if (lm == NULL) {
        return;
    }

    for (size_t i = 0; i < lm->word_count; i++) {
        free(lm->words[i]);
    }

    for (int n = 0; n < 3; n++) {
        free(lm->tables[n].grams);
    }

    free(lm->words);
    free(lm->index);
    free(lm);
}

int
stt_lm_add(stt_lm_t *lm, const char *sentence, size_t len, uint32_t weight)
{
    int         rc, depth = 1;
    size_t      word_len;
    uint32_t    ids[3] = { LM_BEGIN, LM_BEGIN, LM_BEGIN };
    const char *end = sentence + len;

    while (sentence < end) {
        word_len = 0;
        while (sentence + word_len < end && sentence[word_len] != ' ') {
            word_len++;
        }

        if (word_len >= STT_LM_WORD_MAX) {
            break;
        }

        if (word_len > 0) {
            ids[0] = ids[1];
            ids[1] = ids[2];
            rc = lm_word_id(lm, sentence, word_len, &ids[2]);
            if (rc < 0) {
                return rc;
            }

            depth = depth < 3 ? depth + 1 : 3;
            rc = lm_count(lm, ids, depth, weight);
            if (rc < 0) {
                return rc;
            }
        }

        sentence += word_len + 1;
    }

    if (depth == 1) {
        return 0; /* there was no word */
    }

    ids[0] = ids[1];
    ids[1] = ids[2];
    ids[2] = LM_END;
    return lm_count(lm, ids, depth < 3 ? depth + 1 : 3, weight);
}

int
stt_lm_read(stt_lm_t *lm, const char *path, uint32_t weight)
{
    int     rc = 0;
    char   *line = NULL;
    FILE   *file;
    size_t  room = 0;
    ssize_t len;

    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    while (rc == 0 && (len = getline(&line, &room, file)) > 0) {
        rc = stt_lm_add(lm, line, strcspn(line, "\n"), weight);
    }

    if (rc == 0 && ferror(file)) {
        rc = -EIO;
    }

    free(line);
    fclose(file);
    return rc;
}

int
stt_lm_general(stt_lm_t *lm, const char *first, const char *second,
               double probability)
{
    int        rc;
    uint32_t   ids[2];
    lm_gram_t *gram, *context;

    rc = lm_word_id(lm, first, strlen(first), &ids[0]);
    if (rc == 0 && second != NULL) {
        rc = lm_word_id(lm, second, strlen(second), &ids[1]);
    }
    if (rc < 0) {
        return rc;
    }

    if (second == NULL) {
        rc = lm_insert(&lm->tables[0], lm_key(ids, 1), &gram);
        if (rc == 0) {
            gram->general = (float) probability;
        }
        return rc;
    }

    rc = lm_insert(&lm->tables[1], lm_key(ids, 2), &gram);
    if (rc == 0) {
        rc = lm_insert(&lm->tables[0], lm_key(ids, 1), &context);
    }

    if (rc == 0) {
        context->spoken_for += (float) probability - gram->general;
        gram->general = (float) probability;
    }

    return rc;
}

int
stt_lm_read_general(stt_lm_t *lm, const char *path)
{
    int   rc = 0;
    char  line[2 * STT_LM_WORD_MAX + 32];
    FILE *file;

    file = fopen(path, "re");
    if (file == NULL) {
        return -errno;
    }

    while (rc == 0 && fgets(line, sizeof(line), file) != NULL) {
        rc = lm_read_general_line(lm, line);
    }

    fclose(file);
    return rc;
}

size_t
stt_lm_word_count(const stt_lm_t *lm)
{
    return lm->word_count - 2;
}

const char *
stt_lm_word(const stt_lm_t *lm, size_t i)
{
    return lm->words[i + 2];
}

int
stt_lm_has_word(const stt_lm_t *lm, const char *word)
{
    return lm->index[lm_index_find(lm, word, strlen(word))] != 0;
}

int
stt_lm_write(stt_lm_t *lm, FILE *out)
{
    int rc = 0;

    fprintf(out, "\\data\\\nngram 1=%zu\nngram 2=%zu\nngram 3=%zu\n",
            lm->tables[0].used, lm->tables[1].used, lm->tables[2].used);
    lm_sum_general(lm);

    for (int n = 1; n <= 3 && rc == 0; n++) {
        fprintf(out, "\n\\%d-grams:\n", n);
        rc = lm_write_table(lm, out, n);
    }

    fprintf(out, "\n\\end\\\n");
    if (rc == 0 && (fflush(out) != 0 || ferror(out))) {
        rc = -EIO;
    }

    return rc;
}

/* By hand: there are some hundred thousand of them. */
static int
lm_read_general_line(stt_lm_t *lm, char *line)
{
    char  *first, *second;
    double p;

    p = strtod(line, &first);
    if (first == line || *first != ' ') {
        return -EINVAL;
    }

    first++;
    first[strcspn(first, "\n")] = '\0';
    second = strchr(first, ' ');
    if (second != NULL) {
        *second++ = '\0';
    }

    if (*first == '\0' || strlen(first) >= STT_LM_WORD_MAX
        || (second != NULL
            && (*second == '\0' || strlen(second) >= STT_LM_WORD_MAX)))
    {
        return -EINVAL;
    }

    return stt_lm_general(lm, first, second, p);
}

static int
lm_word_id(stt_lm_t *lm, const char *word, size_t len, uint32_t *id)
{
    int    rc;
    char  *copy, **words;
    size_t at, room;

    if (lm->word_count * 2 >= lm->index_size) {
        rc = lm_index_grow(lm);
        if (rc < 0) {
            return rc;
        }
    }

    at = lm_index_find(lm, word, len);
    if (lm->index[at] != 0) {
        *id = lm->index[at] - 1;
        return 0;
    }

    if (lm->word_count == LM_WORDS_MAX) {
        return -ENOSPC;
    }

    if (lm->word_count == lm->word_room) {
        room = lm->word_room == 0 ? 1024 : lm->word_room * 2;
        words = realloc(lm->words, room * sizeof(char *));
        if (words == NULL) {
            return -ENOMEM;
        }
        lm->words = words;
        lm->word_room = room;
    }

    copy = strndup(word, len);
    if (copy == NULL) {
        return -ENOMEM;
    }

    *id = (uint32_t) lm->word_count;
    lm->words[lm->word_count++] = copy;
    lm->index[at] = *id + 1;
    return 0;
}

/* The place of a word in the index, or the free one where it belongs. */
static size_t
lm_index_find(const stt_lm_t *lm, const char *word, size_t len)
{
    size_t      at;
    uint64_t    hash = 14695981039346656037u;
    const char *known;

    for (size_t i = 0; i < len; i++) {
        hash = (hash ^ (uint8_t) word[i]) * 1099511628211u;
    }

    at = (hash ^ hash >> 32) & (lm->index_size - 1);

    while (lm->index[at] != 0) {
        known = lm->words[lm->index[at] - 1];
        if (strncmp(known, word, len) == 0 && known[len] == '\0') {
            break;
        }
        at = (at + 1) & (lm->index_size - 1);
    }

    return at;
}

static int
lm_index_grow(stt_lm_t *lm)
{
    size_t    at, size;
    uint32_t *index, *old = lm->index;

    size = lm->index_size == 0 ? 4096 : lm->index_size * 2;
    index = calloc(size, sizeof(uint32_t));
    if (index == NULL) {
        return -ENOMEM;
    }

    lm->index = index;
    lm->index_size = size;

    for (uint32_t id = 0; id < lm->word_count; id++) {
        at = lm_index_find(lm, lm->words[id], strlen(lm->words[id]));
        lm->index[at] = id + 1;
    }

    free(old);
    return 0;
}

/* Counts the last word of `ids` with up to two words before it. */
static int
lm_count(stt_lm_t *lm, const uint32_t ids[3], int depth, uint32_t weight)
{
    int        rc, is_new;
    lm_gram_t *gram, *context;

    lm->total += weight;

    for (int n = 1; n <= depth; n++) {
        rc = lm_insert(&lm->tables[n - 1], lm_key(ids + 3 - n, n), &gram);
        if (rc < 0) {
            return rc;
        }

        is_new = gram->count == 0;
        gram->count += weight;

        if (n == 1) {
            continue;
        }

        rc = lm_insert(&lm->tables[n - 2], lm_key(ids + 3 - n, n - 1),
                       &context);
        if (rc < 0) {
            return rc;
        }

        context->followed += weight;
        context->followers += (uint32_t) is_new;
    }

    return 0;
}

static lm_gram_t *
lm_find(const lm_table_t *t, uint64_t key)
{
    size_t at;

    at = (key * 0x9e3779b97f4a7c15u >> 20) & (t->size - 1);

    while (t->grams[at].key != 0 && t->grams[at].key != key) {
        at = (at + 1) & (t->size - 1);
    }

    return &t->grams[at];
}

/* The pointer is good until the next one is inserted. */
static int
lm_insert(lm_table_t *t, uint64_t key, lm_gram_t **gram)
{
    int rc;

    if (t->used * 2 >= t->size) {
        rc = lm_grow(t);
        if (rc < 0) {
            return rc;
        }
    }

    *gram = lm_find(t, key);
    if ((*gram)->key == 0) {
        (*gram)->key = key;
        t->used++;
    }

    return 0;
}

static int
lm_grow(lm_table_t *t)
{
    lm_table_t next = { .size = t->size == 0 ? 4096 : t->size * 2 };

    next.grams = calloc(next.size, sizeof(lm_gram_t));
    if (next.grams == NULL) {
        return -ENOMEM;
    }

    for (size_t i = 0; i < t->size; i++) {
        if (t->grams[i].key != 0) {
            *lm_find(&next, t->grams[i].key) = t->grams[i];
        }
    }

    next.used = t->used;
    free(t->grams);
    *t = next;
    return 0;
}

/* Ids start at 1 here, so that no key is 0. */
static uint64_t
lm_key(const uint32_t *ids, int n)
{
    uint64_t key = 0;

    for (int i = 0; i < n; i++) {
        key = key << LM_ID_BITS | (ids[i] + 1);
    }

    return key;
}

/*
 * Witten-Bell: the more different words have followed, the more is left for
 * those that have not. That goes by the shorter context, and for one word of
 * context by general speech as well.
 */
static double
lm_probability(stt_lm_t *lm, uint64_t key, int n)
{
    double     unseen, lower;
    uint64_t   mask;
    lm_gram_t *gram, *context;

    gram = lm_find(&lm->tables[n - 1], key);

    if (n == 1) {
        unseen = (double) lm->tables[0].used - 1.0; /* all but <s> */
        return ((double) gram->count + unseen * lm_general(lm, gram))
               / ((double) lm->total + unseen);
    }

    mask = (UINT64_C(1) << LM_ID_BITS * (n - 1)) - 1;
    lower = lm_probability(lm, key & mask, n - 1);
    context = lm_find(&lm->tables[n - 2], key >> LM_ID_BITS);
    unseen = lm_unseen(context, n);

    if (n == 2) {
        lower = LM_GENERAL * (double) gram->general
                + (1.0 - LM_GENERAL * (double) context->spoken_for) * lower;
    }

    return ((double) gram->count + unseen * lower)
           / ((double) context->followed + unseen);
}

/* Of all words but <s>, which follows nothing. */
static double
lm_general(const stt_lm_t *lm, const lm_gram_t *gram)
{
    if (lm->general == 0.0) {
        return 1.0 / ((double) lm->tables[0].used - 1.0);
    }

    return fmax((double) gram->general, LM_GENERAL_MIN) / lm->general;
}

/* Of a context of n - 1 words. */
static double
lm_unseen(const lm_gram_t *context, int n)
{
    if (context->followers == 0) {
        return 1.0;
    }

    return (double) context->followers * (n == 2 ? LM_UNSEEN_2 : LM_UNSEEN_3);
}

/* The weight of the shorter context after this one of n words. */
static double
lm_backoff(const lm_gram_t *g, int n)
{
    double weight, unseen = lm_unseen(g, n + 1);

    weight = unseen / ((double) g->followed + unseen);
    if (n == 1) {
        weight *= 1.0 - LM_GENERAL * (double) g->spoken_for;
    }

    return weight;
}

static int
lm_write_table(stt_lm_t *lm, FILE *out, int n)
{
    size_t      count = 0;
    double      log_p;
    uint32_t    id;
    lm_gram_t  *g, *sorted;
    lm_table_t *t = &lm->tables[n - 1];

    sorted = malloc((t->used + 1) * sizeof(lm_gram_t));
    if (sorted == NULL) {
        return -ENOMEM;
    }

    for (size_t i = 0; i < t->size; i++) {
        if (t->grams[i].key != 0) {
            sorted[count++] = t->grams[i];
        }
    }

    qsort(sorted, count, sizeof(lm_gram_t), lm_compare);

    for (size_t i = 0; i < count; i++) {
        g = &sorted[i];
        log_p = n == 1 && g->key == LM_BEGIN + 1
                    ? LM_LOG_ZERO
                    : log10(lm_probability(lm, g->key, n));
        fprintf(out, "%.4f", log_p);

        for (int w = n - 1; w >= 0; w--) {
            id = (uint32_t) (g->key >> LM_ID_BITS * w) & LM_WORDS_MAX;
            fprintf(out, "%c%s", w == n - 1 ? '\t' : ' ', lm->words[id - 1]);
        }

        if (n == 1 || (n == 2 && g->followed > 0)) {
            fprintf(out, "\t%.4f", log10(lm_backoff(g, n)));
        }

        fputc('\n', out);
    }

    free(sorted);
    return 0;
}

static void
lm_sum_general(stt_lm_t *lm)
{
    int        has_general = 0;
    double     sum = 0.0;
    lm_gram_t *g;

    for (size_t i = 0; i < lm->tables[0].size; i++) {
        g = &lm->tables[0].grams[i];
        if (g->key != 0 && g->key != LM_BEGIN + 1) {
            sum += fmax((double) g->general, LM_GENERAL_MIN);
            has_general |= g->general > 0.0f;
        }
    }

    lm->general = has_general ? sum : 0.0;
}

static int
lm_compare(const void *a, const void *b)
{
    const lm_gram_t *x = a, *y = b;

    return x->key < y->key ? -1 : x->key > y->key;
}
