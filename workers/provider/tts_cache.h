/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_CACHE_H
#define PROVIDER_TTS_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "provider/provider.h"
#include "provider/tts_store.h"

/*
 * What was synthesized, by voice, speed and text; what was not used for the
 * longest time goes first. Belongs to one thread.
 */
typedef struct tts_cache_s tts_cache_t;

int  tts_cache_create(tts_cache_t **cp, size_t bytes_max);
void tts_cache_destroy(tts_cache_t *cache);

/*
 * From now on what is put goes there, too, and what is not here may be found
 * there. Borrowed; NULL: no more.
 */
void tts_cache_share(tts_cache_t *cache, tts_store_t *store);

/* Held until it is released; NULL when it is not there. */
tts_audio_t *tts_cache_get(tts_cache_t *cache, const char *key);

/*
 * Takes the samples, also when it fails. What is too large is not kept, but
 * held all the same.
 */
tts_audio_t *tts_cache_put(tts_cache_t *cache, const char *key, uint8_t *ulaw,
                           size_t samples);

size_t tts_cache_bytes(const tts_cache_t *cache);

#endif /* PROVIDER_TTS_CACHE_H */
