/* SPDX-License-Identifier: BSD-2-Clause */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "call/turns.h"

static void turns_write(turns_t *turns, store_turn_t *turn, uint64_t at_ms);
static cJSON *times_split(const turn_times_t *t);
static uint64_t span(uint64_t from, uint64_t to);

void
turns_open(turns_t *turns, store_t *store, int seq, uint64_t started_ms)
{
    turns->store = store;
    turns->seq = seq;
    turns->started_ms = started_ms;
    turns->last_ms = started_ms;
}

void
turns_user(turns_t *turns, const char *text, float confidence,
           const turn_times_t *times, const char *state)
{
    char        *timings;
    cJSON       *split;
    store_turn_t turn = { .role = "user", .content = text, .state = state };

    split = times_split(times);
    (void) cJSON_AddNumberToObject(split, "confidence",
                                   (int) (confidence * 100) / 100.0);
    timings = cJSON_PrintUnformatted(split);
    cJSON_Delete(split);

    turn.seq = ++turns->seq;
    turn.timings = timings;
    turns_write(turns, &turn, turns_after(turns, times->voice_end));
    cJSON_free(timings);
}

void
turns_tool(turns_t *turns, const char *name, const char *args,
           const char *result, uint64_t took_ms, uint64_t now_ms)
{
    char        *content, timings[48];
    cJSON       *json, *given;
    store_turn_t turn = { .role = "tool", .timings = timings };

    json = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(json, "name", name);

    /* Models may send anything: what is no JSON is told as the text it is. */
    given = cJSON_ParseWithOpts(args, NULL, 1);
    if (given != NULL) {
        (void) cJSON_AddRawToObject(json, "arguments", args);
    } else {
        (void) cJSON_AddStringToObject(json, "arguments", args);
    }

    (void) cJSON_AddRawToObject(json, "result", result);
    content = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    cJSON_Delete(given);

    if (content == NULL) {
        return;
    }

    (void) snprintf(timings, sizeof(timings), "{\"tool_ms\":%" PRIu64 "}",
                    took_ms);

    turn.seq = ++turns->seq;
    turn.content = content;
    turns_write(turns, &turn, turns_after(turns, now_ms - took_ms));
    cJSON_free(content);
}

int
turns_begin(turns_t *turns)
{
    return ++turns->seq;
}

/* A voice that is heard late, in one burst, may have ended before we began. */
uint64_t
turns_after(turns_t *turns, uint64_t begun_ms)
{
    if (begun_ms > turns->last_ms) {
        turns->last_ms = begun_ms;
    }

    return turns->last_ms;
}

void
turns_assistant(turns_t *turns, int seq, const char *text, int interrupted,
                const turn_times_t *times, uint64_t begun_ms,
                const char *state)
{
    char        *timings;
    cJSON       *split;
    store_turn_t turn = { .role = "assistant",
                          .seq = seq,
                          .content = text,
                          .interrupted = interrupted,
                          .state = state };

    split = times_split(times);
    timings = cJSON_PrintUnformatted(split);
    cJSON_Delete(split);

    turn.timings = timings;
    (void) turns_after(turns, begun_ms);
    turns_write(turns, &turn, begun_ms);
    cJSON_free(timings);
}

static void
turns_write(turns_t *turns, store_turn_t *turn, uint64_t at_ms)
{
    turn->t_ms = span(turns->started_ms, at_ms);

    /* Out of memory is all that can go wrong here; the call goes on. */
    (void) store_turn(turns->store, turn);
}

/*
 * The parts follow each other and sum up to first_frame_ms. Recognition runs
 * while silence is being waited for: what of the wait it did not fill is
 * endpointing.
 */
static cJSON *
times_split(const turn_times_t *t)
{
    cJSON *json = cJSON_CreateObject();

    if (t->voice_end != 0 && t->decided != 0) {
        (void) cJSON_AddNumberToObject(
            json, "endpoint_ms",
            (double) (span(t->voice_end, t->asked)
                      + span(t->answered, t->decided)));
        (void) cJSON_AddNumberToObject(json, "stt_ms",
                                       (double) span(t->asked, t->answered));
    }

    if (t->token != 0 && t->decided != 0) {
        (void) cJSON_AddNumberToObject(json, "token_ms",
                                       (double) span(t->decided, t->token));
    }

    if (t->sentence != 0 && t->decided != 0) {
        (void) cJSON_AddNumberToObject(json, "llm_ms",
                                       (double) span(t->decided,
                                                     t->sentence));
    }

    if (t->audio != 0) {
        (void) cJSON_AddNumberToObject(json, "tts_ms",
                                       (double) span(t->sentence, t->audio));
    }

    if (t->first_frame != 0) {
        (void) cJSON_AddNumberToObject(json, "send_ms",
                                       (double) span(t->audio,
                                                     t->first_frame));
        (void) cJSON_AddNumberToObject(
            json, "first_frame_ms",
            (double) span(t->voice_end != 0 ? t->voice_end : t->decided,
                          t->first_frame));
    }

    return json;
}

static uint64_t
span(uint64_t from, uint64_t to)
{
    return from != 0 && to > from ? to - from : 0;
}
