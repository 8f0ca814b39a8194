/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "call/talk_inner.h"

/*
 * Counted from the caller's last sound: with a recognizer that was slow, part
 * of the silence is over when the model is asked.
 */
#define SILENT_MAX_MS 1800
#define SILENT_LEAST_MS 200
/* A pause in which a word can be put in. */
#define NOTICE_QUIET_MS 600

typedef struct {
    uint32_t after_ms; /* of silence */
    phrase_e phrase;
} bridge_t;

static const bridge_t bridges[] = {
    { 900, PHRASE_WAIT_FIRST },
    { 4500, PHRASE_WAIT_AGAIN },
    { 6000, PHRASE_WAIT_SORRY },
};

static int  aside_is_awaited(talk_t *talk, uint64_t now_ms);
static void aside_say(talk_t *talk, const char *text);
static void aside_check_notice(talk_t *talk, uint64_t now_ms);

/*
 * A caller who waits for a tool or a slow model hears that somebody is there.
 * What is said comes into neither context nor turns: no model shall learn from
 * it to say the same.
 */
void
talk_aside_check(talk_t *talk, uint64_t now_ms)
{
    uint64_t        silent;
    const bridge_t *bridge;

    if (!aside_is_awaited(talk, now_ms)) {
        talk->aside.quiet_ms = now_ms;
        aside_check_notice(talk, now_ms);
        return;
    }

    if (talk->aside.count >= sizeof(bridges) / sizeof(bridges[0])) {
        return;
    }

    bridge = &bridges[talk->aside.count];
    silent = now_ms - talk->aside.quiet_ms;

    if (silent < bridge->after_ms
        && (talk->state != TALK_THINKING || talk->aside.count > 0
            || talk->heard.voice_end == 0 || silent < SILENT_LEAST_MS
            || now_ms < talk->heard.voice_end + SILENT_MAX_MS))
    {
        return;
    }

    talk->aside.count++;
    talk->aside.quiet_ms = now_ms;
    aside_say(talk, talk_phrase(talk, bridge->phrase));
}

/* Whether the caller is to hear something, and does not. */
static int
aside_is_awaited(talk_t *talk, uint64_t now_ms)
{
    if (ear_is_busy(&talk->ear) || talk->key_count > 0 || talk->early != NULL
        || (!reply_is_live(&talk->reply) && !reply_is_working(&talk->reply)))
    {
        return 0;
    }

    switch (talk->state) {

    case TALK_THINKING:
        return 1;

    case TALK_SPEAKING:
        return !talk->speech.whole && playout_is_heard(&talk->playout, now_ms);

    case TALK_LISTENING:
        return talk->waiting != NULL;

    case TALK_YIELDING:
    case TALK_OVER:
    case TALK_STATE_COUNT:
        break;
    }

    return 0;
}

/* Who reads the call later finds it among what happened. */
static void
aside_say(talk_t *talk, const char *text)
{
    char  *data;
    cJSON *event = cJSON_CreateObject();

    (void) cJSON_AddStringToObject(event, "text", text);
    data = cJSON_PrintUnformatted(event);
    cJSON_Delete(event);

    if (data != NULL) {
        (void) store_event(talk->store, "said.aside", data);
        cJSON_free(data);
    }

    talk_speech_aside(talk, text);
}

static void
aside_check_notice(talk_t *talk, uint64_t now_ms)
{
    const char *text = talk->aside.notice;

    if (text == NULL || talk->state != TALK_LISTENING
        || ear_is_busy(&talk->ear) || talk->key_count > 0
        || talk->waiting != NULL || talk->early != NULL
        || now_ms < talk->since_ms + NOTICE_QUIET_MS)
    {
        return;
    }

    talk->aside.notice = NULL;
    aside_say(talk, text);
}
