/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_WORDS_H
#define PROVIDER_STT_WORDS_H

#include <stddef.h>

/*
 * How words sound, in the phones of the acoustic model: as the CMU
 * dictionary has them, else as flite's lexicon and letter-to-sound rules
 * guess. Reading one is for a thread off the loop; once open, several may.
 */
typedef struct stt_words_s stt_words_t;

#define STT_PHONES_MAX 256

/* -errno when there is no such dictionary. */
int  stt_words_open(stt_words_t **wp, const char *dictionary);
void stt_words_close(stt_words_t *w);

/*
 * The nth pronunciation of a word, from 0: phones with blanks between. Every
 * word of letters has at least one. Returns -ENOENT after the last.
 */
int stt_words_phones(const stt_words_t *w, const char *word, unsigned nth,
                     char phones[STT_PHONES_MAX]);

/*
 * Text as it would be said: lower case, numbers and signs as words, the rest
 * of the punctuation gone. Returns the length, or -ENOSPC.
 */
int stt_words_spoken(char *out, size_t size, const char *text);

#endif /* PROVIDER_STT_WORDS_H */
