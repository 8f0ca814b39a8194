/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <string.h>

#include "call/ear.h"
#include "dialogue/expect.h"
#include "dsp/g711.h"

/* Voice that makes an utterance, the shortest "yes" included. */
#define BEGIN_VOICE_MS 80
/* Silence after which the recognizer is asked what it has so far. */
#define ASK_SILENCE_MS 180
/* A voice that goes on for ever is answered all the same. */
#define UTTERANCE_MAX_MS 25000
/* A recognizer that does not answer in this time has understood nothing. */
#define ANSWER_MAX_MS 4000
/* Less voice than this, and no words in it: a cough, not a turn. */
#define NOISE_VOICE_MS 280

static void ear_begin(ear_t *ear, uint64_t now_ms);
static void ear_feed(ear_t *ear, const frame_t *frame);
static void ear_ask(ear_t *ear, uint64_t now_ms);
static void ear_consider(ear_t *ear, uint64_t now_ms);
static void ear_decide(ear_t *ear, uint64_t now_ms);
static void ear_remember(ear_t *ear, const frame_t *frame);
static void ear_feed_preroll(ear_t *ear);
static void ear_on_final(void *data, uint32_t utterance, uint32_t request,
                         const char *text, float confidence);
static void ear_on_partial(void *data, uint32_t utterance, const char *text);
static void ear_on_error(void *data, const fault_t *fault);

static const stt_events_t ear_stt_events = {
    .on_partial = ear_on_partial,
    .on_final = ear_on_final,
    .on_error = ear_on_error,
};

void
ear_init(ear_t *ear, const ear_events_t *events, void *data)
{
    memset(ear, 0, sizeof(*ear));
    ear->events = events;
    ear->data = data;
    vad_init(&ear->vad);
}

int
ear_open(ear_t *ear, const stt_provider_t *provider,
         const stt_config_t *config, uv_loop_t *loop)
{
    int rc;

    ear->stt.provider = provider;
    ear->stt.events = &ear_stt_events;
    ear->stt.data = ear;
    ear->stt.config = config;
    ear->stt.loop = loop;

    rc = provider->open(&ear->stt);
    ear->open = rc == 0;

    return rc;
}

void
ear_close(ear_t *ear)
{
    if (ear->open) {
        ear->open = 0;
        ear->stt.provider->close(&ear->stt);
    }
}

void
ear_set_question(ear_t *ear, const char *text)
{
    size_t length = strlen(text);

    /* The end of it is what asks. */
    if (length >= sizeof(ear->question)) {
        text += length - sizeof(ear->question) + 1;
    }

    (void) snprintf(ear->question, sizeof(ear->question), "%s", text);
}

/* Once a frame: no allocation, no locks, no waiting. */
void
ear_hear(ear_t *ear, const frame_t *frame, uint64_t now_ms)
{
    int speaking;

    speaking = vad_feed(&ear->vad, frame->pcm, frame->samples);

    switch (ear->state) {

    case EAR_QUIET:
        ear_remember(ear, frame);
        if (speaking && ear->vad.speech_ms >= BEGIN_VOICE_MS && ear->open) {
            ear_begin(ear, now_ms);
        }
        return;

    case EAR_VOICE:
        ear_feed(ear, frame);

        if (ear->vad.silence_ms == 0) {
            ear->voice_end = now_ms;
        }

        if (ear->vad.silence_ms >= ASK_SILENCE_MS
            || now_ms - ear->begun_ms > UTTERANCE_MAX_MS)
        {
            ear->voice_end = now_ms - ear->vad.silence_ms;
            ear_ask(ear, now_ms);
        }
        return;

    case EAR_PAUSE:
        ear_feed(ear, frame);

        if (speaking && ear->vad.silence_ms == 0
            && now_ms - ear->begun_ms <= UTTERANCE_MAX_MS)
        {
            /* The same utterance goes on: what was asked for is too little. */
            ear->state = EAR_VOICE;
            return;
        }

        ear_consider(ear, now_ms);
    }
}

uint32_t
ear_voice_ms(const ear_t *ear)
{
    if (ear->state == EAR_QUIET && !ear->vad.speaking) {
        return 0;
    }

    return ear->voice_ms + (ear->vad.speaking ? ear->vad.speech_ms : 0);
}

int
ear_is_busy(const ear_t *ear)
{
    return ear->state != EAR_QUIET;
}

static void
ear_begin(ear_t *ear, uint64_t now_ms)
{
    ear->state = EAR_VOICE;
    ear->begun_ms = now_ms;
    ear->voice_end = now_ms;
    ear->voice_ms = 0;
    ear->utterance++;
    ear->text[0] = '\0';
    ear->confidence = 0;
    ear->answered = 0;

    ear->stt.provider->begin(&ear->stt, ear->utterance);
    ear_feed_preroll(ear);
}

static void
ear_feed(ear_t *ear, const frame_t *frame)
{
    /* One that is behind drops it, and counts. */
    if (ear->open) {
        (void) ear->stt.provider->feed(&ear->stt, frame);
    }
}

static void
ear_ask(ear_t *ear, uint64_t now_ms)
{
    ear->state = EAR_PAUSE;
    ear->voice_ms += ear->vad.speech_ms;
    ear->asked_ms = now_ms;
    ear->answered_ms = 0;
    ear->request++;

    if (!ear->open
        || ear->stt.provider->finalize(&ear->stt, ear->request) < 0)
    {
        ear_on_final(ear, ear->utterance, ear->request, "", 0);
    }
}

static void
ear_consider(ear_t *ear, uint64_t now_ms)
{
    uint64_t wait, silence = now_ms - ear->voice_end;

    if (now_ms - ear->begun_ms > UTTERANCE_MAX_MS
        && ear->answered == ear->request)
    {
        ear_decide(ear, now_ms);
        return;
    }

    if (ear->answered != ear->request) {
        if (now_ms - ear->asked_ms > ANSWER_MAX_MS) {
            ear_on_final(ear, ear->utterance, ear->request, "", 0);
        }
        return;
    }

    wait = expect_wait_ms(expect_of(ear->question), ear->text);

    if (silence >= wait) {
        ear_decide(ear, now_ms);
    }
}

static void
ear_decide(ear_t *ear, uint64_t now_ms)
{
    utterance_t u = {
        .text = ear->text,
        .confidence = ear->confidence,
        .voice_ms = ear->voice_ms,
        .voice_end = ear->voice_end,
        .asked_ms = ear->asked_ms,
        .answered_ms = ear->answered_ms,
        .decided_ms = now_ms,
    };

    ear->state = EAR_QUIET;
    ear->preroll_count = 0;

    if (ear->open && ear->stt.provider->rest != NULL) {
        ear->stt.provider->rest(&ear->stt);
    }

    if (ear->text[0] == '\0' && ear->voice_ms < NOISE_VOICE_MS) {
        u.voice_ms = 0; /* nobody meant anything by it */
    }

    ear->voice_ms = 0;
    ear->events->on_utterance(ear->data, &u);
}

static void
ear_remember(ear_t *ear, const frame_t *frame)
{
    size_t n = frame->samples < FRAME_SAMPLES ? frame->samples
                                              : FRAME_SAMPLES;

    memset(ear->preroll[ear->preroll_at], G711_ULAW_SILENCE, FRAME_SAMPLES);
    memcpy(ear->preroll[ear->preroll_at], frame->ulaw, n);
    ear->preroll_at = (ear->preroll_at + 1) % EAR_PREROLL_FRAMES;

    if (ear->preroll_count < EAR_PREROLL_FRAMES) {
        ear->preroll_count++;
    }
}

static void
ear_feed_preroll(ear_t *ear)
{
    unsigned i, at;
    int16_t  pcm[FRAME_SAMPLES];
    frame_t  frame = { NULL, pcm, FRAME_SAMPLES };

    at = (ear->preroll_at + EAR_PREROLL_FRAMES - ear->preroll_count)
         % EAR_PREROLL_FRAMES;

    for (i = 0; i < ear->preroll_count; i++) {
        frame.ulaw = ear->preroll[(at + i) % EAR_PREROLL_FRAMES];
        g711_ulaw_decode(pcm, frame.ulaw, FRAME_SAMPLES);
        ear_feed(ear, &frame);
    }

    ear->preroll_count = 0;
}

static void
ear_on_final(void *data, uint32_t utterance, uint32_t request,
             const char *text, float confidence)
{
    ear_t *ear = data;

    if (utterance != ear->utterance || request != ear->request
        || ear->state == EAR_QUIET)
    {
        return;
    }

    (void) snprintf(ear->text, sizeof(ear->text), "%s", text);
    ear->confidence = confidence;
    ear->answered = request;
    ear->answered_ms = uv_now(ear->stt.loop);

    if (ear->state == EAR_PAUSE) {
        ear_consider(ear, ear->answered_ms);
    }
}

static void
ear_on_partial(void *data, uint32_t utterance, const char *text)
{
    ear_t *ear = data;

    if (utterance == ear->utterance && ear->state == EAR_VOICE) {
        (void) snprintf(ear->text, sizeof(ear->text), "%s", text);
    }
}

static void
ear_on_error(void *data, const fault_t *fault)
{
    ear_t *ear = data;

    /* What was asked will not be answered. */
    (void) fault;
    ear_on_final(ear, ear->utterance, ear->request, "", 0);
}
