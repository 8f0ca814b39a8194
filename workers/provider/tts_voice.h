/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_VOICE_H
#define PROVIDER_TTS_VOICE_H

#include <stddef.h>
#include <stdint.h>

/* flite's voices, made to sound well on a telephone line. */

/* Always a name of ours: the first when `voice` is none of them. */
const char *tts_voice_name(const char *voice);

/*
 * Takes time: for threads off the loop. The text is what tts_text_spoken()
 * made. speed: 0.5 to 2. The samples are malloc'd.
 */
int tts_voice_speak(const char *voice, float speed, const char *text,
                    uint8_t **ulaw, size_t *samples);

#endif /* PROVIDER_TTS_VOICE_H */
