/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "call/message.h"
#include "call/playout.h"
#include "call/wav.h"
#include "dsp/g711.h"
#include "dsp/vad.h"

#define SAY_SORRY                                                           \
    "I'm sorry, we have a technical problem. Please leave your name, your " \
    "number and a message after the tone."
#define SAY_THANKS "Thank you. We will call you back. Goodbye."

#define MESSAGE_MAX_S 60
/* Silence that ends it: after something was said, and when nothing is. */
#define SILENCE_MS 4000
#define NOTHING_MS 10000
/* A message is at least so much voice. */
#define VOICE_MIN_MS 300

#define TONE_HZ      1000
#define TONE_MS      400
#define TONE_SAMPLES (TONE_MS * FRAME_RATE_HZ / 1000)
#define TONE_LEVEL   6000

enum { REQUEST_SORRY = 1,
       REQUEST_TONE,
       REQUEST_THANKS };

typedef enum { MESSAGE_ASKING,
               MESSAGE_TAKING,
               MESSAGE_THANKING,
               MESSAGE_OVER } message_state_e;

struct message_s {
    log_t                   log;
    const message_events_t *events;
    void                   *data;
    uv_loop_t              *loop;
    leg_t                  *leg;
    store_t                *store;
    turns_t                *turns;
    char                    folder[1000];

    message_state_e state;
    uint64_t        since_ms;
    uint64_t        voice_at_ms; /* the last of it */
    uint32_t        voice_ms;
    vad_t           vad;
    wav_t          *wav;

    tts_t        tts;
    playout_t    playout;
    turn_times_t times;

    store_request_t lead;
    unsigned        kept:1;
};

static void message_say(message_t *m, uint32_t request, const char *text);
static void message_tone(message_t *m);
static void message_take(message_t *m, uint64_t now_ms);
static void message_thank(message_t *m);
static void message_keep(message_t *m);
static void message_pump(message_t *m, uint64_t now_ms);
static void message_on_audio(void *data, uint32_t request,
                             tts_audio_t *audio);
static void message_on_audio_done(void *data, uint32_t request);
static void message_on_audio_error(void *data, uint32_t request,
                                   const fault_t *fault);
static void message_on_lead(void *data, int rc, const cJSON *answer);

static const tts_events_t message_tts_events = {
    .on_audio = message_on_audio,
    .on_done = message_on_audio_done,
    .on_error = message_on_audio_error,
};

int
message_create(message_t **mp, uv_loop_t *loop, leg_t *leg,
               const agent_t *agent, store_t *store, turns_t *turns,
               const char *state_dir, const message_events_t *events,
               void *data)
{
    int        rc;
    message_t *m;

    m = calloc(1, sizeof(message_t));
    if (m == NULL) {
        return -ENOMEM;
    }

    (void) snprintf(m->log.prefix, sizeof(m->log.prefix), "call %.36s: ",
                    store->call_id);
    m->events = events;
    m->data = data;
    m->loop = loop;
    m->leg = leg;
    m->store = store;
    m->turns = turns;
    m->since_ms = uv_now(loop);
    m->lead.store = store;
    m->lead.done = message_on_lead;
    m->lead.data = m;

    (void) snprintf(m->folder, sizeof(m->folder), "%s/messages", state_dir);
    if (mkdir(m->folder, 0700) < 0 && errno != EEXIST) {
        log_error(m, "no place for messages: %s", strerror(errno));
    }

    playout_init(&m->playout, leg);
    vad_init(&m->vad);

    m->tts.provider = tts_provider_find("flite");
    m->tts.events = &message_tts_events;
    m->tts.data = m;
    m->tts.config = &agent->tts;
    m->tts.loop = loop;

    rc = m->tts.provider->open(&m->tts);
    if (rc < 0) {
        free(m);
        return rc;
    }

    *mp = m;
    return 0;
}

void
message_destroy(message_t *m)
{
    if (m == NULL) {
        return;
    }

    store_cancel(&m->lead);
    m->tts.provider->close(&m->tts);
    playout_clear(&m->playout);

    if (m->wav != NULL) {
        wav_finish(m->wav);
    }

    free(m);
}

void
message_start(message_t *m)
{
    message_say(m, REQUEST_SORRY, SAY_SORRY);
    message_tone(m);
    playout_whole(&m->playout);
}

/* Once a frame: no waiting. */
void
message_hear(message_t *m, const frame_t *frame, uint64_t now_ms)
{
    int voice;

    if (m->state != MESSAGE_TAKING) {
        return;
    }

    voice = vad_feed(&m->vad, frame->pcm, frame->samples);

    if (voice && m->vad.silence_ms == 0) {
        m->voice_at_ms = now_ms;
        m->voice_ms += (uint32_t) (frame->samples * 1000 / FRAME_RATE_HZ);
    }

    if (m->wav != NULL) {
        wav_add(m->wav, frame->ulaw, frame->samples);
    }
}

void
message_on_key(message_t *m, char key, uint64_t now_ms)
{
    (void) now_ms;

    if (key == '#' && m->state == MESSAGE_TAKING) {
        message_thank(m);
    }
}

void
message_on_mark(message_t *m, uint32_t mark)
{
    playout_on_mark(&m->playout, mark);
}

void
message_tick(message_t *m, uint64_t now_ms)
{
    uint64_t quiet_ms;

    message_pump(m, now_ms);

    switch (m->state) {

    case MESSAGE_ASKING:
        if (playout_is_over(&m->playout, now_ms)) {
            message_take(m, now_ms);
        }
        return;

    case MESSAGE_TAKING:
        quiet_ms = now_ms - m->voice_at_ms;

        if (now_ms >= m->since_ms + MESSAGE_MAX_S * 1000
            || quiet_ms >= (m->voice_ms >= VOICE_MIN_MS ? SILENCE_MS
                                                        : NOTHING_MS))
        {
            message_thank(m);
        }
        return;

    case MESSAGE_THANKING:
        if (playout_is_over(&m->playout, now_ms)) {
            m->state = MESSAGE_OVER;
            m->events->on_over(m->data, "message_taken");
        }
        return;

    case MESSAGE_OVER:
        return;
    }
}

int
message_hang_up(message_t *m)
{
    m->state = MESSAGE_OVER;
    message_keep(m);

    return m->kept && m->voice_ms >= VOICE_MIN_MS;
}

static void
message_say(message_t *m, uint32_t request, const char *text)
{
    int      rc;
    uint64_t now = uv_now(m->loop);

    m->times.decided = now;
    turns_assistant(m->turns, turns_begin(m->turns), text, 0, &m->times, now,
                    NULL);

    rc = playout_add(&m->playout, request, text, strlen(text));
    if (rc == 0) {
        rc = m->tts.provider->say(&m->tts, request, text, strlen(text));
    }

    if (rc < 0) {
        message_on_audio_error(
            m, request, &(fault_t){ FAULT_LOST, 0, strerror(-rc) });
    }
}

static void
message_tone(message_t *m)
{
    int                i;
    int16_t            pcm[TONE_SAMPLES];
    static uint8_t     ulaw[TONE_SAMPLES];
    static tts_audio_t tone = { .ulaw = ulaw, .samples = TONE_SAMPLES };

    for (i = 0; i < TONE_SAMPLES; i++) {
        pcm[i] = (int16_t) (TONE_LEVEL
                            * sin(2 * 3.14159265 * TONE_HZ * i
                                  / FRAME_RATE_HZ));
    }

    g711_ulaw_encode(ulaw, pcm, TONE_SAMPLES);

    if (playout_add(&m->playout, REQUEST_TONE, "", 0) == 0) {
        (void) playout_audio(&m->playout, REQUEST_TONE, &tone);
        playout_audio_done(&m->playout, REQUEST_TONE);
    }
}

static void
message_take(message_t *m, uint64_t now_ms)
{
    int rc;

    m->state = MESSAGE_TAKING;
    m->since_ms = now_ms;
    m->voice_at_ms = now_ms;

    rc = wav_create(&m->wav, m->loop, m->folder, m->store->call_id,
                    (size_t) MESSAGE_MAX_S * FRAME_RATE_HZ);
    if (rc < 0) {
        log_error(m, "no message can be kept: %s", strerror(-rc));
    }
}

static void
message_thank(message_t *m)
{
    m->state = MESSAGE_THANKING;
    message_keep(m);
    playout_clear(&m->playout);
    message_say(m, REQUEST_THANKS, SAY_THANKS);
    playout_whole(&m->playout);
}

/* Somebody is to call back, even when nothing was said. */
static void
message_keep(message_t *m)
{
    char         args[256], words[80];
    const char  *file = m->wav != NULL ? wav_name(m->wav) : "";
    turn_times_t times = { .decided = uv_now(m->loop) };

    if (m->kept) {
        return;
    }

    m->kept = 1;

    if (m->voice_ms >= VOICE_MIN_MS && file[0] != '\0') {
        (void) snprintf(args, sizeof(args),
                        "{\"reason\":\"Voice message\",\"fields\":"
                        "{\"recording\":\"%s\",\"seconds\":\"%zu\"}}",
                        file, wav_samples(m->wav) / FRAME_RATE_HZ);
        (void) snprintf(words, sizeof(words), "(a message of %zu seconds)",
                        wav_samples(m->wav) / FRAME_RATE_HZ);
        times.voice_end = times.decided;
        turns_user(m->turns, words, 0, &times, NULL);
    } else {
        (void) snprintf(args, sizeof(args), "{\"reason\":\"Voice message\"}");
    }

    if (store_tool(&m->lead, "capture_lead", args) < 0) {
        log_error(m, "no lead could be left");
    }

    if (m->wav != NULL) {
        wav_finish(m->wav);
        m->wav = NULL;
    }
}

static void
message_pump(message_t *m, uint64_t now_ms)
{
    if (m->state != MESSAGE_OVER
        && playout_pump(&m->playout, now_ms) == -ESTALE)
    {
        m->state = MESSAGE_OVER;
        m->events->on_stale(m->data);
    }
}

static void
message_on_audio(void *data, uint32_t request, tts_audio_t *audio)
{
    message_t *m = data;

    if (playout_audio(&m->playout, request, audio) < 0) {
        log_error(m, "out of memory for speech");
    }
}

static void
message_on_audio_done(void *data, uint32_t request)
{
    message_t *m = data;

    playout_audio_done(&m->playout, request);
}

static void
message_on_audio_error(void *data, uint32_t request, const fault_t *fault)
{
    message_t *m = data;

    log_warn(m, "a sentence could not be spoken: %s", fault->reason);
    playout_audio_done(&m->playout, request);
}

static void
message_on_lead(void *data, int rc, const cJSON *answer)
{
    message_t *m = data;

    if (rc == -ESTALE) {
        m->state = MESSAGE_OVER;
        m->events->on_stale(m->data);

    } else if (rc < 0
               || !cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer,
                                                                 "ok")))
    {
        log_error(m, "no lead was left");
    }
}
