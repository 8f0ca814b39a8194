/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_FLITE_H
#define PROVIDER_TTS_FLITE_H

#include <stddef.h>

#include <uv.h>

#include "provider/provider.h"

/*
 * A voice inside the process: no account, no network. Voices: slt (the
 * default), rms, awb, kal. All sessions share a cache of what was said.
 */
extern const tts_provider_t tts_flite;

/* Before anything else; without it the cache holds up to 4 MB. */
int tts_flite_setup(size_t cache_bytes);

/* Synthesizes ahead what will be said, when nothing else is to be spoken. */
int tts_flite_warm(uv_loop_t *loop, const char *voice, float speed,
                   const char *text);

/* Frees the cache; -EBUSY while a thread still works or a session is open. */
int tts_flite_shutdown(void);

#endif /* PROVIDER_TTS_FLITE_H */
