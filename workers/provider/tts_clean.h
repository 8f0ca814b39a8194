/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef PROVIDER_TTS_CLEAN_H
#define PROVIDER_TTS_CLEAN_H

#include <stddef.h>
#include <stdint.h>

/*
 * Text as a service outside is given it. Such services read numbers and dates
 * by themselves, in their language; what they must not see is what was meant
 * for eyes: Markdown, addresses of pages, tags, pictures, control characters.
 */
typedef struct {
    char    *text; /* UTF-8, ends with a blank: services join verbatim */
    uint32_t length;
    uint32_t characters; /* what services count and charge */
    uint32_t *from; /* for each byte: where it was in the original */
} tts_clean_t;

/*
 * Returns 0, with length 0 when there is nothing in it that can be spoken;
 * -EMSGSIZE: more than `max` bytes; -ENOMEM.
 */
int  tts_clean(tts_clean_t *clean, const char *text, size_t length,
               size_t max);
void tts_clean_free(tts_clean_t *clean);

/*
 * Finds the next word a service has told the time of, from byte *at on, and
 * moves *at behind it. Returns where it is in the original, or -ENOENT: some
 * services make words of their own.
 */
int64_t tts_clean_word(const tts_clean_t *clean, uint32_t *at,
                       const char *word);

#endif /* PROVIDER_TTS_CLEAN_H */
