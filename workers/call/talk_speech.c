/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call/talk_services.h"

static void speech_begin(talk_t *talk);
static void speech_note_token(talk_t *talk);
static int  speech_append(speech_t *speech, const char *text, size_t len);
static void speech_write_if_due(talk_t *talk);
static void speech_write(talk_t *talk, const char *text, int interrupted);
static void speech_end(talk_t *talk);
static void speech_on_audio(void *data, uint32_t request, tts_audio_t *audio);
static void speech_on_usage(void *data, uint32_t request,
                            uint32_t characters);
static void speech_on_audio_done(void *data, uint32_t request);
static void speech_on_audio_error(void *data, uint32_t request,
                                  const fault_t *fault);

const tts_events_t talk_speech_tts_events = {
    .on_audio = speech_on_audio,
    .on_usage = speech_on_usage,
    .on_done = speech_on_audio_done,
    .on_error = speech_on_audio_error,
};

void
talk_speech_say(talk_t *talk, const char *text, const char *ends)
{
    if (!talk->speech.live) {
        context_begin(&talk->context);
    }

    (void) context_add(&talk->context, LLM_ASSISTANT, text, NULL, NULL);
    talk_speech_add(talk, text, strlen(text));
    talk_speech_whole(talk, ends);
}

void
talk_speech_aside(talk_t *talk, const char *text)
{
    int      rc;
    size_t   len = strlen(text);
    uint32_t request;

    if (!talk->speech.live) {
        speech_begin(talk);
    }

    request = ++talk->request;

    rc = playout_add_aside(&talk->playout, request, text, len);
    if (rc == 0) {
        rc = talk->tts.provider->say(&talk->tts, request, text, len);
    }

    if (rc < 0) {
        speech_on_audio_error(
            talk, request, &(fault_t){ FAULT_LOST, 0, strerror(-rc) });
    }
}

int
talk_speech_is_aside(const talk_t *talk)
{
    return talk->speech.live && talk->speech.length == 0;
}

void
talk_speech_add(talk_t *talk, const char *text, size_t len)
{
    int      rc;
    uint32_t request;

    if (!talk->speech.live) {
        speech_begin(talk);
    }

    if (talk->speech.length == 0) {
        talk->speech.begun_ms = uv_now(talk->loop);
        talk->speech.times = talk->heard;
    }

    talk->progress_ms = uv_now(talk->loop);

    if (speech_append(&talk->speech, text, len) < 0) {
        return;
    }

    if (talk->speech.times.sentence == 0) {
        uv_update_time(talk->loop);
        talk->speech.times.sentence = uv_now(talk->loop);

        speech_note_token(talk);
    }

    request = ++talk->request;

    rc = playout_add(&talk->playout, request, text, len);
    if (rc == 0) {
        rc = talk->tts.provider->say(&talk->tts, request, text, len);
    }

    if (rc < 0) {
        speech_on_audio_error(
            talk, request, &(fault_t){ FAULT_LOST, 0, strerror(-rc) });
    }
}

void
talk_speech_whole(talk_t *talk, const char *ends)
{
    talk->speech.ends = ends;
    talk->speech.whole = 1;
    playout_whole(&talk->playout);

    if (talk->tts_open && talk->tts.provider->whole != NULL) {
        talk->tts.provider->whole(&talk->tts);
    }

    speech_write_if_due(talk);
}

/*
 * In this order: freeze the playout, take back what the carrier has, cancel
 * what is still to come, and only then write down what was heard. An answer
 * that is on its way ends here even if nothing of it was spoken yet.
 */
void
talk_speech_stop(talk_t *talk, uint64_t now_ms)
{
    int  interrupted;
    char heard[4096] = "";

    talk_early_drop(talk);

    if (talk->state == TALK_OVER
        || (!talk->speech.live && !reply_is_live(&talk->reply)))
    {
        return;
    }

    if (talk->speech.live) {
        if (!talk->playout.paused) {
            talk_check_leg(talk, playout_pause(&talk->playout, now_ms));
        }

        if (talk->state == TALK_OVER) {
            return; /* another's by now: not a word of it is ours to write */
        }

        (void) playout_heard(&talk->playout, now_ms, heard, sizeof(heard));
        talk->tts.provider->cancel(&talk->tts);
    }

    /* A word aside after the answer was heard takes nothing of it back. */
    if (reply_is_live(&talk->reply) || !talk_speech_is_aside(talk)) {
        reply_cancel(&talk->reply);
        context_cut(&talk->context, heard);
    }

    if (talk_speech_is_aside(talk)) {
        speech_end(talk);

    } else if (talk->speech.live) {
        interrupted = strcmp(heard, talk->speech.text) != 0;

        /* One that was written as whole is written again as heard. */
        if (talk->speech.written ? interrupted : heard[0] != '\0') {
            speech_write(talk, heard, interrupted);
        }

        speech_end(talk);
    }

    if (talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_LISTENING);
    }
}

void
talk_speech_go_on(talk_t *talk, uint64_t now_ms)
{
    playout_resume(&talk->playout, now_ms);
    talk_set_state(talk, TALK_SPEAKING);
    talk_check_leg(talk, playout_pump(&talk->playout, now_ms));
}

void
talk_speech_check(talk_t *talk, uint64_t now_ms)
{
    const char *ends;

    if (talk->state != TALK_SPEAKING || !talk->speech.live) {
        return;
    }

    if (talk_speech_is_aside(talk) && !talk->speech.whole) {
        if (playout_is_heard(&talk->playout, now_ms)) {
            speech_end(talk);
            talk_set_state(talk, reply_is_live(&talk->reply)
                                     ? TALK_THINKING
                                     : TALK_LISTENING);
        }
        return;
    }

    speech_write_if_due(talk);

    if (!talk->speech.whole || !playout_is_over(&talk->playout, now_ms)) {
        return;
    }

    if (!talk->speech.written && talk->speech.length > 0) {
        speech_write(talk, talk->speech.text, 0);
    }

    ends = talk->speech.ends;
    speech_end(talk);

    if (ends != NULL) {
        talk_over(talk, ends);
        return;
    }

    talk_set_state(talk, TALK_LISTENING);
}

void
talk_speech_give_up(talk_t *talk)
{
    log_warn(talk, "a sentence was never spoken");
    desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);
    talk->tts.provider->cancel(&talk->tts);
    playout_give_up(&talk->playout);
}

int
talk_speech_is_last(const talk_t *talk)
{
    return talk->speech.live && talk->speech.ends != NULL;
}

static void
speech_begin(talk_t *talk)
{
    speech_t *speech = &talk->speech;

    playout_clear(&talk->playout);
    talk_services_climb(talk, AGENT_TTS);

    speech->live = 1;
    speech->whole = 0;
    speech->written = 0;
    speech->ends = NULL;
    speech->length = 0;
    speech->seq = 0;
    speech->first = talk->request + 1;
    speech->begun_ms = uv_now(talk->loop);
    speech->times = talk->heard;

    talk_set_state(talk, TALK_SPEAKING);
}

static int
speech_append(speech_t *speech, const char *text, size_t len)
{
    char  *grown;
    size_t room = speech->length + len + 2;

    if (room > speech->room) {
        grown = realloc(speech->text, room * 2);
        if (grown == NULL) {
            return -ENOMEM;
        }

        speech->text = grown;
        speech->room = room * 2;
    }

    if (speech->length > 0) {
        speech->text[speech->length++] = ' ';
    }

    memcpy(speech->text + speech->length, text, len);
    speech->length += len;
    speech->text[speech->length] = '\0';

    return 0;
}

/* When the model answered ahead its first word waited for nobody. */
static void
speech_note_token(talk_t *talk)
{
    uint64_t      first = talk->reply.first_text_ms;
    turn_times_t *times = &talk->speech.times;

    /* Older than the turn: of an answer before. */
    if (times->voice_end == 0 || first < times->voice_end) {
        return;
    }

    times->token = first > times->decided ? first : times->decided;
}

/* As soon as its text is whole and its beginning is on its way. */
static void
speech_write_if_due(talk_t *talk)
{
    if (talk->speech.live && talk->speech.whole && !talk->speech.written
        && talk->speech.length > 0
        && talk->playout.first_sent_ms != 0)
    {
        speech_write(talk, talk->speech.text, 0);
    }
}

static void
speech_write(talk_t *talk, const char *text, int interrupted)
{
    char *state;

    /* Numbered when written: what nobody heard leaves no hole. */
    if (talk->speech.seq == 0) {
        talk->speech.seq = turns_begin(talk->turns);
        talk->speech.begun_ms = turns_after(talk->turns,
                                            talk->speech.begun_ms);
    }

    talk->speech.times.first_frame = talk->playout.first_sent_ms;

    state = reply_save(&talk->reply);
    turns_assistant(talk->turns, talk->speech.seq, text, interrupted,
                    &talk->speech.times, talk->speech.begun_ms, state);
    free(state);

    talk_measure_spent(talk);
    talk->speech.written = 1;
    desk_count(talk->self, DESK_COUNT_TURNS, 1);
}

static void
speech_end(talk_t *talk)
{
    talk_measure_speech(talk, uv_now(talk->loop));
    desk_count(talk->self, DESK_COUNT_UNDERRUNS, talk->playout.underruns);
    talk->playout.underruns = 0;
    playout_clear(&talk->playout);
    talk->speech.live = 0;
    talk->speech.length = 0;
}

static void
speech_on_audio(void *data, uint32_t request, tts_audio_t *audio)
{
    uint64_t now;
    talk_t  *talk = data;

    leg_take_in_hand(talk->leg);

    /* Of a speech before, canceled: it may come late. */
    if (talk->state == TALK_OVER || !talk->speech.live
        || (int32_t) (request - talk->speech.first) < 0)
    {
        return;
    }

    uv_update_time(talk->loop);
    now = uv_now(talk->loop);

    if (talk->services != NULL) {
        talk->services->voice_ms = now;
        talk_services_heard_of(talk, AGENT_TTS);
    }

    if (talk->speech.times.audio == 0
        && !playout_is_aside(&talk->playout, request))
    {
        talk->speech.times.audio = now;

        /* The caller has begun to speak first: let them. */
        if (talk->state == TALK_SPEAKING && talk->ear.vad.speaking
            && talk->ear.open && !talk_speech_is_last(talk)
            && ear_voice_ms(&talk->ear) >= TALK_YIELD_VOICE_MS
            && talk->agent->interruptions)
        {
            talk_set_state(talk, TALK_YIELDING);
        }
    }

    if (playout_audio(&talk->playout, request, audio) < 0) {
        log_error(talk, "out of memory for speech");
        return;
    }

    talk_check_leg(talk, playout_pump(&talk->playout, now));
    speech_write_if_due(talk);
}

static void
speech_on_usage(void *data, uint32_t request, uint32_t characters)
{
    (void) request;
    talk_measure_voice(data, characters);
}

static void
speech_on_audio_done(void *data, uint32_t request)
{
    talk_t *talk = data;

    if (talk->services != NULL) {
        talk->services->voice_ms = uv_now(talk->loop);
    }

    desk_count(talk->self, DESK_COUNT_SYNTHESES, 1);
    playout_audio_done(&talk->playout, request);
    talk_check_leg(talk, playout_pump(&talk->playout, uv_now(talk->loop)));
}

static void
speech_on_audio_error(void *data, uint32_t request, const fault_t *fault)
{
    talk_t *talk = data;

    /* Another voice says it; where there is none, */
    if (playout_text(&talk->playout, request, &(size_t){ 0 }) != NULL
        && talk_services_lose(talk, AGENT_TTS, fault))
    {
        return;
    }

    /* the words are lost, and the call goes on. */
    log_warn(talk, "a sentence could not be spoken: %s", fault->reason);
    desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);
    playout_audio_done(&talk->playout, request);
}
