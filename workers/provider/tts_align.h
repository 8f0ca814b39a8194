/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_ALIGN_H
#define PROVIDER_TTS_ALIGN_H

#include "provider/tts_session.h"

/*
 * Words out of ElevenLabs' letters: each message has those of its own audio,
 * timed from its own beginning, under one of three spellings; a word may go
 * on in the next.
 */
typedef struct {
    double   offset_ms; /* of this message's audio */
    double   begins_ms, ends_ms;
    char     word[96];
    size_t   length;
} tts_align_t;

void tts_align_feed(tts_align_t *a, tts_job_t *job, const cJSON *message);
void tts_align_end(tts_align_t *a, tts_job_t *job);

#endif /* PROVIDER_TTS_ALIGN_H */
