/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_DECODER_H
#define PROVIDER_STT_DECODER_H

#include <stddef.h>
#include <stdint.h>

/*
 * One PocketSphinx decoder with the language models it has at hand. All of
 * it takes time and memory, so it is for threads off the loop, one at a time.
 */
typedef struct stt_decoder_s stt_decoder_t;

typedef struct {
    const char *acoustic;   /* folder of the acoustic model */
    const char *dictionary; /* where a client's words are looked up */
    const char *folder;     /* what the build left: base.* */
} stt_decoder_paths_t;

#define STT_TEXT_MAX 1024

typedef struct {
    char  text[STT_TEXT_MAX]; /* words in lower case; empty: none */
    float confidence;         /* 0 to 1 */
} stt_result_t;

int  stt_decoder_create(stt_decoder_t **dp, const stt_decoder_paths_t *paths);
void stt_decoder_destroy(stt_decoder_t *d);

/*
 * Learns a client's sentences beside the base model, under a name. Learning
 * a name again replaces what it was. Words that cannot be said are left out.
 */
int stt_decoder_learn(stt_decoder_t *d, const char *name,
                      const char *const *sentences, size_t count);
void stt_decoder_forget(stt_decoder_t *d, const char *name);

/* Words added by learning; the dictionary only ever grows. */
size_t stt_decoder_added_words(const stt_decoder_t *d);

/* One whole utterance at 8 kHz; name: whose model, NULL for the base. */
int stt_decoder_decode(stt_decoder_t *d, const char *name, const int16_t *pcm,
                       size_t samples, stt_result_t *result);

#endif /* PROVIDER_STT_DECODER_H */
