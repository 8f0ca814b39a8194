/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SPEECH_GRAMMAR_H
#define SPEECH_GRAMMAR_H

#include <stddef.h>
#include <stdint.h>

/*
 * Sentences from templates, at build time. A file has rules and blocks:
 *
 *     # a comment
 *     day = monday | tuesday | *3 tomorrow    a rule; `*3`: three times as
 *         | (this|next) week                  often; an indented line goes on
 *
 *     say 200                                 draw 200 sentences from these
 *         [please] call me $day               [..] may be left out
 *         can you (call|ring) me on $day
 *
 * Each alternative is drawn equally often, in an order that looks random but
 * is the same in every build.
 */
typedef struct grammar_s grammar_t;

int  grammar_create(grammar_t **gp);
void grammar_destroy(grammar_t *g);

/* Reads a file; on failure says where and why on standard error. */
int grammar_read(grammar_t *g, const char *path);

/* Hands out each sentence drawn from the blocks, in order. */
int grammar_draw(grammar_t *g, int (*each)(void *data, const char *sentence),
                 void *data);

/*
 * Hands out the alternatives of a rule that are a single word, one of weight
 * 3 three times. -ENOENT: there is no such rule.
 */
int grammar_words(grammar_t *g, const char *rule,
                  int (*each)(void *data, const char *word), void *data);

#endif /* SPEECH_GRAMMAR_H */
