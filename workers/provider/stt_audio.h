/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_STT_AUDIO_H
#define PROVIDER_STT_AUDIO_H

#include <stddef.h>
#include <stdint.h>

/*
 * An utterance, u-law at 8 kHz: held by who listens and by what decodes it.
 * Its memory is mapped for itself, so it grows without a copy, takes the pages
 * that were spoken, and is gone when the utterance is. Belongs to one thread;
 * what was written may be read by others.
 */
typedef struct {
    unsigned held;
    uint8_t  ulaw[];
} stt_audio_t;

#define STT_AUDIO_MAX 240000 /* samples: half a minute */

int  stt_audio_create(stt_audio_t **ap);
void stt_audio_hold(stt_audio_t *audio);
void stt_audio_release(stt_audio_t *audio); /* NULL is none */

#endif /* PROVIDER_STT_AUDIO_H */
