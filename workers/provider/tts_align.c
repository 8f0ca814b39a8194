/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "provider/tts_align.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const cJSON *align_first(const cJSON *json, const char *const *names,
                                size_t count);

static const char *const align_times[] = { "alignment", "normalizedAlignment",
                                           "normalized_alignment" };
static const char *const align_chars[] = { "chars", "characters" };
static const char *const align_starts[] = { "charStartTimesMs",
                                            "charsStartTimesMs",
                                            "char_start_times_ms" };
static const char *const align_lengths[] = { "charDurationsMs",
                                             "charsDurationsMs",
                                             "char_durations_ms",
                                             "chars_durations_ms" };

void
tts_align_feed(tts_align_t *a, tts_job_t *job, const cJSON *message)
{
    double       end = 0;
    size_t       length;
    const char  *letter;
    const cJSON *times, *c, *start, *span;

    times = align_first(message, align_times, COUNT(align_times));
    c = align_first(times, align_chars, COUNT(align_chars));
    start = align_first(times, align_starts, COUNT(align_starts));
    span = align_first(times, align_lengths, COUNT(align_lengths));
    if (!cJSON_IsArray(c) || !cJSON_IsArray(start) || !cJSON_IsArray(span)) {
        return;
    }

    c = c->child;
    start = start->child;
    span = span->child;

    for (; c != NULL && start != NULL && span != NULL;
         c = c->next, start = start->next, span = span->next)
    {
        letter = cJSON_GetStringValue(c);
        if (letter == NULL || !cJSON_IsNumber(start)
            || !cJSON_IsNumber(span)) {
            return;
        }

        end = start->valuedouble + span->valuedouble;
        if (letter[0] == ' ' || letter[0] == '\0') {
            tts_align_end(a, job);
            continue;
        }

        if (a->length == 0) {
            a->begins_ms = a->offset_ms + start->valuedouble;
        }
        a->ends_ms = a->offset_ms + end;

        length = strlen(letter);
        if (a->length + length < sizeof(a->word)) {
            memcpy(a->word + a->length, letter, length);
            a->length += length;
        }
    }

    if (end > 0) {
        a->offset_ms += end;
    }
}

void
tts_align_end(tts_align_t *a, tts_job_t *job)
{
    if (a->length > 0) {
        a->word[a->length] = '\0';
        tts_job_word(job, a->word, a->begins_ms / 1000, a->ends_ms / 1000);
        a->length = 0;
    }
}

static const cJSON *
align_first(const cJSON *json, const char *const *names, size_t count)
{
    const cJSON *found = NULL;

    for (size_t i = 0; i < count; i++) {
        found = cJSON_GetObjectItemCaseSensitive(json, names[i]);
        if (found != NULL && !cJSON_IsNull(found)) {
            return found;
        }
    }

    return NULL;
}
