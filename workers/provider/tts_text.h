/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_TEXT_H
#define PROVIDER_TTS_TEXT_H

#include <stddef.h>

/*
 * Text as a voice should read it: telephone numbers digit by digit in
 * groups, times, dates, money, e-mail addresses and abbreviations in words.
 * Returns the length, or -ENOSPC.
 */
int tts_text_spoken(char *out, size_t size, const char *text, size_t len);

/*
 * How much of a text to synthesize first, so that its beginning is heard
 * soon: a sentence, or a clause of a long one. Never 0 unless len is.
 */
size_t tts_text_cut(const char *text, size_t len);

#endif /* PROVIDER_TTS_TEXT_H */
