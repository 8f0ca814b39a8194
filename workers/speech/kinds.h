/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SPEECH_KINDS_H
#define SPEECH_KINDS_H

#include "speech/grammar.h"

/*
 * Kinds of words, at build time: what follows one first name may follow any
 * other, and where one weekday was said another could have been. The
 * sentences that are drawn from templates hold few of the pairs that this
 * tells of.
 */
typedef struct kinds_s kinds_t;

int  kinds_create(kinds_t **kp, grammar_t *g);
void kinds_destroy(kinds_t *k);

/* Counts the sentences of a file, one a line. */
int kinds_read(kinds_t *k, const char *path);

/*
 * How likely a word comes after another as the kinds of both tell: 0 when
 * neither has one. Before a sentence comes "<s>", after it "</s>".
 */
double kinds_probability(const kinds_t *k, const char *first,
                         const char *second);

/* Sum of the above over all words that may come second. */
double kinds_share(const kinds_t *k, const char *first);

#endif /* SPEECH_KINDS_H */
