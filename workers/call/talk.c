/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call/talk_services.h"

/* Voice over the assistant's that makes it stop. */
#define STOP_VOICE_MS 700
/* A pause that nothing came of. */
#define YIELD_MAX_MS 1500
/* Counted from the end of what was heard last. */
#define IDLE_MS 9000
#define IDLE_PROMPTS 1
/*
 * So much fainter than the assistant, it is the line's echo of it: carriers
 * leave less, and callers speak louder. Words are judged all the same.
 */
#define ECHO_BELOW_DB 22.0f

typedef void (*talk_enter_pt)(talk_t *talk, talk_state_e from);

static void talk_enter_listening(talk_t *talk, talk_state_e from);
static void talk_enter_yielding(talk_t *talk, talk_state_e from);
static void talk_check_idle(talk_t *talk, uint64_t now_ms);
static void talk_check_barge_in(talk_t *talk, uint64_t now_ms);

#define TALK_STATE_NAME(name, enter) #name,
static const char *const talk_state_names[] = { TALK_STATES(TALK_STATE_NAME) };

#define TALK_STATE_ENTER(name, enter) enter,
static const talk_enter_pt talk_enter[] = { TALK_STATES(TALK_STATE_ENTER) };

int
talk_create(talk_t **tp, uv_loop_t *loop, desk_process_t *self, leg_t *leg,
            agent_t *agent, store_t *store, turns_t *turns,
            const talk_events_t *events, void *data)
{
    int     rc;
    talk_t *talk;

    talk = calloc(1, sizeof(talk_t));
    if (talk == NULL) {
        return -ENOMEM;
    }

    talk->loop = loop;
    talk->self = self;
    talk->leg = leg;
    talk->agent = agent;
    talk->store = store;
    talk->turns = turns;
    talk->events = events;
    talk->data = data;
    talk->state = TALK_LISTENING;
    talk->since_ms = uv_now(loop);
    (void) snprintf(talk->log.prefix, sizeof(talk->log.prefix), "call %.36s: ",
                    store->call_id);

    context_init(&talk->context);
    ear_init(&talk->ear, &talk_answer_ear_events, talk);
    playout_init(&talk->playout, leg);

    rc = talk_services_open(talk);
    if (rc < 0) {
        talk_destroy(talk);
        return rc;
    }

    talk_measure_open(talk);

    *tp = talk;
    return 0;
}

void
talk_destroy(talk_t *talk)
{
    if (talk == NULL) {
        return;
    }

    talk->state = TALK_OVER;
    talk_measure_close(talk);
    talk_services_close(talk);
    playout_clear(&talk->playout);
    context_clear(&talk->context);
    free(talk->speech.text);
    free(talk->waiting);
    free(talk->early);
    free(talk);
}

void
talk_start(talk_t *talk, uint64_t opened_ms)
{
    if (cJSON_GetArraySize(talk->agent->turns) > 0) {
        talk_answer_resume(talk, opened_ms);
        return;
    }

    if (talk->agent->greeting[0] == '\0') {
        return; /* the caller begins */
    }

    talk_forget_heard(talk, opened_ms);
    talk_speech_say(talk, talk->agent->greeting, NULL);
}

void
talk_listen(talk_t *talk)
{
    int rc;

    if (talk->state == TALK_OVER || talk->ear.open) {
        return;
    }

    rc = talk_services_listen(talk);
    if (rc < 0) {
        log_error(talk, "cannot open the recognizer: %s", strerror(-rc));
        talk_helpless(talk, "recognizer_failed");
    }
}

/* Once a frame: no waiting. */
void
talk_hear(talk_t *talk, const frame_t *frame, uint64_t now_ms)
{
    int speaking;

    speaking = talk->state == TALK_SPEAKING || talk->state == TALK_YIELDING;

    /* Whoever may not interrupt is not heard meanwhile. */
    if (talk->state == TALK_OVER
        || (speaking && !talk->agent->interruptions))
    {
        return;
    }

    ear_hear(&talk->ear, frame, now_ms);
    talk_check_barge_in(talk, now_ms);
}

void
talk_on_mark(talk_t *talk, uint32_t mark)
{
    playout_on_mark(&talk->playout, mark);
    talk_speech_check(talk, uv_now(talk->loop));
}

void
talk_tick(talk_t *talk, uint64_t now_ms)
{
    if (talk->state == TALK_OVER) {
        return;
    }

    talk_check_leg(talk, playout_pump(&talk->playout, now_ms));
    talk_services_tick(talk, now_ms);
    talk_keys_check(talk, now_ms);
    talk_answer_check_waiting(talk);
    talk_speech_check(talk, now_ms);
    talk_answer_check_stuck(talk, now_ms);

    if (talk->state == TALK_YIELDING && !ear_is_busy(&talk->ear)
        && now_ms > talk->since_ms + YIELD_MAX_MS)
    {
        talk_speech_go_on(talk, now_ms);
    }

    talk_aside_check(talk, now_ms);

    if (talk->state == TALK_LISTENING) {
        talk_check_idle(talk, now_ms);
    }
}

void
talk_farewell(talk_t *talk, const char *text, const char *reason)
{
    uint64_t now = uv_now(talk->loop);

    if (talk->state == TALK_OVER || talk_speech_is_last(talk)) {
        return;
    }

    talk_speech_stop(talk, now);
    talk_answer_drop_waiting(talk);
    talk->key_count = 0;

    if (talk->state == TALK_OVER) {
        return;
    }

    talk_forget_heard(talk, now);
    talk_speech_say(talk, text, reason);
}

void
talk_hang_up(talk_t *talk, uint64_t now_ms)
{
    if (talk->state == TALK_OVER) {
        return;
    }

    talk_check_leg(talk, leg_send(talk->leg));

    /* What was being said when the caller went is a turn as far as heard. */
    talk_speech_stop(talk, now_ms);

    talk_answer_drop_waiting(talk);
    talk_measure_spent(talk);

    if (talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_OVER);
    }
}

void
talk_notice(talk_t *talk, const char *text)
{
    talk->aside.notice = text;
}

const char *
talk_phrase(const talk_t *talk, phrase_e phrase)
{
    return phrase_of(talk->agent->llm.language, phrase);
}

void
talk_helpless(talk_t *talk, const char *reason)
{
    if (talk->state == TALK_OVER || talk->helpless) {
        return;
    }

    if (talk->events->on_helpless != NULL) {
        talk->helpless = 1;
        talk->events->on_helpless(talk->data, reason);
        return;
    }

    talk_farewell(talk, talk_phrase(talk, PHRASE_SORRY), reason);
}

int
talk_is_hearing(const talk_t *talk)
{
    return ear_is_busy(&talk->ear) || talk->key_count > 0
           || talk->waiting != NULL;
}

void
talk_set_state(talk_t *talk, talk_state_e next)
{
    talk_state_e prev = talk->state;

    log_debug(talk, "%s -> %s", talk_state_names[prev],
              talk_state_names[next]);

    talk->state = next;
    talk->since_ms = uv_now(talk->loop);
    talk->progress_ms = talk->since_ms;

    if (talk_enter[next] != NULL) {
        talk_enter[next](talk, prev);
    }
}

void
talk_over(talk_t *talk, const char *reason)
{
    if (talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_OVER);
        talk->events->on_over(talk->data, reason);
    }
}

void
talk_check_leg(talk_t *talk, int rc)
{
    if (rc == -ESTALE && talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_OVER);
        talk->events->on_stale(talk->data);
    }
}

void
talk_forget_heard(talk_t *talk, uint64_t decided_ms)
{
    memset(&talk->heard, 0, sizeof(talk->heard));
    talk->heard.decided = decided_ms;
}

static void
talk_enter_listening(talk_t *talk, talk_state_e from)
{
    const char *question;

    (void) from;

    question = context_last(&talk->context, LLM_ASSISTANT);
    if (question != NULL) {
        ear_set_question(&talk->ear, question);
    }
}

/* The assistant falls silent at once; whether for good is seen later. */
static void
talk_enter_yielding(talk_t *talk, talk_state_e from)
{
    (void) from;
    talk_check_leg(talk, playout_pause(&talk->playout, talk->since_ms));
}

static void
talk_check_idle(talk_t *talk, uint64_t now_ms)
{
    if (ear_is_busy(&talk->ear) || talk->key_count > 0
        || reply_is_working(&talk->reply))
    {
        talk->since_ms = now_ms;
        return;
    }

    if (now_ms < talk->since_ms + IDLE_MS) {
        return;
    }

    talk_forget_heard(talk, now_ms);

    if (talk->idle_prompts++ < IDLE_PROMPTS) {
        talk_speech_say(talk, talk_phrase(talk, PHRASE_STILL_THERE), NULL);
    } else {
        talk_speech_say(talk, talk_phrase(talk, PHRASE_IDLE_GOODBYE),
                        "caller_silent");
    }
}

/* Two steps: some voice makes us pause, more of it makes us stop. */
static void
talk_check_barge_in(talk_t *talk, uint64_t now_ms)
{
    uint32_t voice;

    /* While nobody would understand it, a voice stops nothing. */
    if ((talk->state != TALK_SPEAKING && talk->state != TALK_YIELDING)
        || !talk->ear.open || talk_speech_is_last(talk))
    {
        return;
    }

    if (talk->state == TALK_SPEAKING
        && talk->ear.vad.talker_dbfs + ECHO_BELOW_DB
               < playout_loudest(&talk->playout, now_ms))
    {
        return;
    }

    voice = ear_voice_ms(&talk->ear);

    if (talk->state == TALK_SPEAKING
        && (voice >= TALK_YIELD_VOICE_MS || talk->ear.turn_begun)
        && talk->ear.vad.speaking)
    {
        talk_set_state(talk, TALK_YIELDING);

    } else if (talk->state == TALK_YIELDING && voice >= STOP_VOICE_MS) {
        desk_count(talk->self, DESK_COUNT_BARGE_INS, 1);
        talk_speech_stop(talk, now_ms);
    }
}
