/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
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
/* The same, where another one can be asked. */
#define ANSWER_LOST_MS 1200
/*
 * One that finds turns is waited for, but not for ever: nor for its word when
 * the text is there, nor for text when the caller has long been silent.
 */
#define TURN_SILENCE_MS 2000
#define TURN_ANSWER_MS 3000
/* An answer that comes after the decision still counts for so long. */
#define LATE_MS 3000
/* A voice without new words is somebody else's, or music. */
#define WORDLESS_MS 5000
/* Text worth working ahead with: so little more silence would end it. */
#define EAGER_WAIT_MS 560
#define KEPT_FIRST_SAMPLES (4 * FRAME_RATE_HZ)
#define KEPT_MAX_SAMPLES ((UTTERANCE_MAX_MS / 1000 + 2) * FRAME_RATE_HZ)
/* Less voice than this, and no words in it: a cough, not a turn. */
#define NOISE_VOICE_MS 280

static void ear_begin(ear_t *ear, uint64_t now_ms);
static void ear_feed(ear_t *ear, const frame_t *frame);
static void ear_ask(ear_t *ear, uint64_t now_ms);
static void ear_consider(ear_t *ear, uint64_t now_ms);
static void ear_decide(ear_t *ear, uint64_t now_ms);
static void ear_expect_answer(ear_t *ear, uint64_t now_ms);
static int  ear_is_endless(const ear_t *ear, uint64_t now_ms);
static void ear_take_late(ear_t *ear, const char *text, float confidence);
static void ear_keep_frame(ear_t *ear, const frame_t *frame);
static void ear_replay(ear_t *ear, uint64_t now_ms);
static void ear_remember(ear_t *ear, const frame_t *frame);
static void ear_feed_preroll(ear_t *ear);
static void ear_on_final(void *data, uint32_t utterance, uint32_t request,
                         const char *text, float confidence);
static void ear_on_partial(void *data, uint32_t utterance, const char *text);
static void ear_on_turn(void *data, uint32_t utterance, stt_turn_e turn,
                        const char *text, float confidence);
static void ear_on_error(void *data, const fault_t *fault);

static const stt_events_t ear_stt_events = {
    .on_partial = ear_on_partial,
    .on_final = ear_on_final,
    .on_turn = ear_on_turn,
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

    free(ear->kept);
    ear->kept = NULL;
    ear->kept_samples = 0;
    ear->kept_room = 0;
}

int
ear_change(ear_t *ear, const stt_provider_t *provider,
           const stt_config_t *config, uint64_t now_ms)
{
    int rc;

    if (ear->open) {
        ear->open = 0;
        ear->stt.provider->close(&ear->stt);
    }

    ear->stt.provider = provider;
    ear->stt.config = config;
    ear->stt.impl = NULL;
    ear->finds_turns = 0;
    ear->turn_begun = 0;

    rc = provider->open(&ear->stt);
    if (rc < 0) {
        return rc;
    }

    ear->open = 1;
    ear->lost = 0;
    ear_replay(ear, now_ms);

    return 0;
}

void
ear_keep(ear_t *ear, int keeps)
{
    ear->keeps = keeps != 0;
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
            || ear_is_endless(ear, now_ms))
        {
            ear->voice_end = now_ms - ear->vad.silence_ms;
            ear_ask(ear, now_ms);
        }
        return;

    case EAR_PAUSE:
        ear_feed(ear, frame);

        if (speaking && ear->vad.silence_ms == 0
            && !ear_is_endless(ear, now_ms))
        {
            /* The same utterance goes on: what was asked for is too little. */
            ear->state = EAR_VOICE;
            if (ear->events->on_resumed != NULL) {
                ear->events->on_resumed(ear->data);
            }
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
    ear->turn_begun = 0;
    ear->gave_up = 0;
    ear->kept_samples = 0;
    ear->words_ms = 0;

    ear->stt.provider->begin(&ear->stt, ear->utterance);
    ear_feed_preroll(ear);
}

static void
ear_feed(ear_t *ear, const frame_t *frame)
{
    if (ear->keeps) {
        ear_keep_frame(ear, frame);
    }

    /* One that is behind drops it, and counts. */
    if (ear->open && !ear->lost) {
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

    if (ear->lost) {
        return; /* the next one is asked when it is there */
    }

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

    if (ear_is_endless(ear, now_ms) && ear->answered == ear->request)
    {
        ear_decide(ear, now_ms);
        return;
    }

    if (ear->answered != ear->request) {
        ear_expect_answer(ear, now_ms);
        return;
    }

    wait = ear->finds_turns
               ? TURN_SILENCE_MS
               : (uint64_t) expect_wait_ms(expect_of(ear->question),
                                           ear->text);

    if (silence >= wait) {
        ear_decide(ear, now_ms);
    }
}

/* Who does not answer is replaced, or has understood nothing. */
static void
ear_expect_answer(ear_t *ear, uint64_t now_ms)
{
    uint64_t waited = now_ms - ear->asked_ms, most = ANSWER_MAX_MS;

    if (ear->lost) {
        return;
    }

    if (ear->keeps) {
        most = ear->finds_turns ? TURN_ANSWER_MS : ANSWER_LOST_MS;
    }

    if (waited <= most) {
        return;
    }

    if (ear->text[0] != '\0' && (ear->finds_turns || !ear->keeps)) {
        ear_on_final(ear, ear->utterance, ear->request, ear->text,
                     ear->confidence); /* what it has said so far */
        return;
    }

    if (ear->keeps) {
        ear_on_error(ear, &(fault_t){ FAULT_LOST, 0, "no answer in time" });
        return;
    }

    ear_on_final(ear, ear->utterance, ear->request, "", 0);
    ear->gave_up = 1;
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
    ear->kept_samples = 0;
    ear->turn_begun = 0;
    ear->decided_ms = now_ms;

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

    if (utterance != ear->utterance || request != ear->request || ear->lost) {
        return;
    }

    if (ear->state == EAR_QUIET) {
        ear_take_late(ear, text, confidence);
        return;
    }

    if (text != ear->text) {
        (void) snprintf(ear->text, sizeof(ear->text), "%s", text);
    }
    ear->confidence = confidence;
    ear->answered = request;
    ear->answered_ms = uv_now(ear->stt.loop);

    if (ear->state != EAR_PAUSE) {
        return;
    }

    ear_consider(ear, ear->answered_ms);

    if (ear->state == EAR_PAUSE && ear->events->on_eager != NULL
        && ear->text[0] != '\0'
        && expect_wait_ms(expect_of(ear->question), ear->text)
               <= EAGER_WAIT_MS)
    {
        ear->events->on_eager(ear->data, ear->text, ear->confidence);
    }
}

/* Too long for one who wants an answer; only who tells words can know. */
static int
ear_is_endless(const ear_t *ear, uint64_t now_ms)
{
    return now_ms - ear->begun_ms > UTTERANCE_MAX_MS
           || (ear->words_ms != 0 && now_ms > ear->words_ms + WORDLESS_MS);
}

/* Said long before, understood only now: better than never. */
static void
ear_take_late(ear_t *ear, const char *text, float confidence)
{
    uint64_t    now = uv_now(ear->stt.loop);
    utterance_t u = {
        .text = ear->text,
        .confidence = confidence,
        .voice_ms = NOISE_VOICE_MS,
        .voice_end = ear->voice_end,
        .asked_ms = ear->asked_ms,
        .answered_ms = now,
        .decided_ms = now,
    };

    if (!ear->gave_up || text[0] == '\0' || now > ear->decided_ms + LATE_MS) {
        return;
    }

    ear->gave_up = 0;
    (void) snprintf(ear->text, sizeof(ear->text), "%s", text);
    ear->events->on_utterance(ear->data, &u);
}

/* The recognizer's own idea of turns: ours are what watches over it. */
static void
ear_on_turn(void *data, uint32_t utterance, stt_turn_e turn,
            const char *text, float confidence)
{
    ear_t *ear = data;

    if (utterance != ear->utterance || ear->state == EAR_QUIET || ear->lost) {
        return;
    }

    ear->finds_turns = 1;

    if (turn == STT_TURN_EAGER || turn == STT_TURN_OVER) {
        (void) snprintf(ear->text, sizeof(ear->text), "%s", text);
        ear->confidence = confidence;
    }

    switch (turn) {

    case STT_TURN_BEGUN:
        ear->turn_begun = 1;
        return;

    case STT_TURN_EAGER:
        if (ear->events->on_eager != NULL && ear->text[0] != '\0') {
            ear->events->on_eager(ear->data, ear->text, confidence);
        }
        return;

    case STT_TURN_RESUMED:
        if (ear->events->on_resumed != NULL) {
            ear->events->on_resumed(ear->data);
        }
        return;

    case STT_TURN_OVER:
        ear->answered_ms = uv_now(ear->stt.loop);
        if (ear->state == EAR_VOICE) {
            ear->voice_ms += ear->vad.speech_ms;
            ear->voice_end = ear->answered_ms - ear->vad.silence_ms;
            ear->asked_ms = ear->answered_ms;
        }
        ear_decide(ear, ear->answered_ms);
        return;
    }
}

/* Once a frame, where a second recognizer may be needed: grows, bounded. */
static void
ear_keep_frame(ear_t *ear, const frame_t *frame)
{
    size_t   room;
    uint8_t *grown;

    if (ear->kept_samples + frame->samples > ear->kept_room) {
        room = ear->kept_room == 0 ? KEPT_FIRST_SAMPLES : ear->kept_room * 2;
        room = room < KEPT_MAX_SAMPLES ? room : KEPT_MAX_SAMPLES;

        if (ear->kept_samples + frame->samples > room) {
            return;
        }

        grown = realloc(ear->kept, room);
        if (grown == NULL) {
            return;
        }

        ear->kept = grown;
        ear->kept_room = room;
    }

    memcpy(ear->kept + ear->kept_samples, frame->ulaw, frame->samples);
    ear->kept_samples += frame->samples;
}

/* What the one before had heard, and what it was asked. */
static void
ear_replay(ear_t *ear, uint64_t now_ms)
{
    size_t  at;
    int16_t pcm[FRAME_SAMPLES];
    frame_t frame = { NULL, pcm, FRAME_SAMPLES };

    if (ear->state == EAR_QUIET) {
        return;
    }

    ear->stt.provider->begin(&ear->stt, ear->utterance);

    for (at = 0; at + FRAME_SAMPLES <= ear->kept_samples;
         at += FRAME_SAMPLES)
    {
        frame.ulaw = ear->kept + at;
        g711_ulaw_decode(pcm, frame.ulaw, FRAME_SAMPLES);
        (void) ear->stt.provider->feed(&ear->stt, &frame);
    }

    if (ear->state == EAR_PAUSE && ear->answered != ear->request) {
        ear->request++;
        ear->asked_ms = now_ms;
        if (ear->stt.provider->finalize(&ear->stt, ear->request) < 0) {
            ear_on_final(ear, ear->utterance, ear->request, "", 0);
        }
    }
}

static void
ear_on_partial(void *data, uint32_t utterance, const char *text)
{
    ear_t *ear = data;

    if (utterance == ear->utterance && !ear->lost
        && (ear->state == EAR_VOICE
            || (ear->state == EAR_PAUSE && ear->answered != ear->request)))
    {
        if (strcmp(ear->text, text) != 0) {
            ear->words_ms = uv_now(ear->stt.loop);
        }
        (void) snprintf(ear->text, sizeof(ear->text), "%s", text);
    }
}

static void
ear_on_error(void *data, const fault_t *fault)
{
    ear_t *ear = data;

    if (ear->lost) {
        return;
    }

    if (ear->events->on_lost != NULL
        && ear->events->on_lost(ear->data, fault))
    {
        ear->lost = 1;
        return;
    }

    /* What was asked will not be answered. */
    ear_on_final(ear, ear->utterance, ear->request, "", 0);
}
