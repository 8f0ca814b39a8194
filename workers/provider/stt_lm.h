/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_LM_H
#define PROVIDER_STT_LM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/*
 * A trigram model of what callers say, learned from sentences: Witten-Bell
 * smoothing, interpolated with how people speak in general. The same
 * sentences in the same order always give the same model. Used by one thread
 * at a time.
 */
typedef struct stt_lm_s stt_lm_t;

#define STT_LM_WORD_MAX 64 /* a longer word ends its sentence's counting */

int  stt_lm_create(stt_lm_t **lp);
void stt_lm_destroy(stt_lm_t *lm);

/* Words with single blanks between, as in the dictionary; counted so often. */
int stt_lm_add(stt_lm_t *lm, const char *sentence, size_t len,
               uint32_t weight);

/* Adds a file with a sentence in each line. */
int stt_lm_read(stt_lm_t *lm, const char *path, uint32_t weight);

/*
 * How likely a word is in general, or the second after the first. Words that
 * came in no sentence become known by it.
 */
int stt_lm_general(stt_lm_t *lm, const char *first, const char *second,
                   double probability);

/* The same from a file: "probability first [second]" in each line. */
int stt_lm_read_general(stt_lm_t *lm, const char *path);

/* All words that occurred, in the order of their first use. */
size_t      stt_lm_word_count(const stt_lm_t *lm);
const char *stt_lm_word(const stt_lm_t *lm, size_t i);
int         stt_lm_has_word(const stt_lm_t *lm, const char *word);

/* In the ARPA format, which the recognizer reads. */
int stt_lm_write(stt_lm_t *lm, FILE *out);

#endif /* PROVIDER_STT_LM_H */
