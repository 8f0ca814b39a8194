/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "call/outcome.h"
#include "call/talk.h"
#include "dialogue/expect.h"

/* Voice over the assistant's that makes it pause, and that makes it stop. */
#define YIELD_VOICE_MS 200
#define STOP_VOICE_MS 700
/* A pause that nothing came of. */
#define YIELD_MAX_MS 1500
/* Counted from the end of what was heard last. */
#define IDLE_MS 9000
#define IDLE_PROMPTS 1
#define KEY_GAP_MS 2000
/* A model or a synthesizer of which nothing comes for so long has failed. */
#define STUCK_MS 8000

#define SAY_STILL_THERE "Are you still there?"
#define SAY_IDLE_GOODBYE                                                      \
    "I can't hear you, so I'll let you go. Please call again. Goodbye."
#define SAY_FAILED "I'm sorry, something went wrong. Could you say that again?"
#define SAY_FAILED_GOODBYE                                                    \
    "I'm sorry, I can't help you right now. Please call again later. Goodbye."
#define SAY_BACK "I'm sorry, I lost you for a moment."

typedef void (*talk_enter_pt)(talk_t *talk, talk_state_e from);

static void talk_set_state(talk_t *talk, talk_state_e next);
static void talk_enter_listening(talk_t *talk, talk_state_e from);
static void talk_enter_yielding(talk_t *talk, talk_state_e from);
static void talk_resume(talk_t *talk, uint64_t opened_ms);
static int  talk_recall(talk_t *talk);
static void talk_recall_tool(talk_t *talk, const char *content);
static void talk_take(talk_t *talk, const char *text, uint64_t now_ms);
static int  talk_keep(talk_t *talk, const char *text);
static void talk_drop_waiting(talk_t *talk);
static void talk_answer(talk_t *talk, const char *text);
static void talk_stop_speaking(talk_t *talk, uint64_t now_ms);
static void talk_go_on_speaking(talk_t *talk, uint64_t now_ms);
static void talk_over(talk_t *talk, const char *reason);
static void talk_check_idle(talk_t *talk, uint64_t now_ms);
static void talk_check_barge_in(talk_t *talk, uint64_t now_ms);
static void talk_check_speech(talk_t *talk, uint64_t now_ms);
static void talk_check_waiting(talk_t *talk);
static void talk_check_stuck(talk_t *talk, uint64_t now_ms);
static int  talk_is_leaving(const talk_t *talk);
static void talk_check_leg(talk_t *talk, int rc);
static int  talk_is_backchannel(const talk_t *talk, const char *text,
                                uint64_t now_ms);
static void talk_say(talk_t *talk, const char *text, const char *ends);
static void talk_speak(talk_t *talk, const char *text, size_t len);
static void speech_begin(talk_t *talk);
static int  speech_append(speech_t *speech, const char *text, size_t len);
static void speech_end(talk_t *talk);
static void speech_write(talk_t *talk, const char *text, int interrupted);
static void speech_write_if_due(talk_t *talk);
static void talk_on_utterance(void *data, const utterance_t *u);
static void talk_on_sentence(void *data, const char *text, size_t len);
static void talk_on_tool(void *data, const char *name, const char *args,
                         const char *result, uint64_t took_ms);
static void talk_on_reply_done(void *data, int ends);
static void talk_on_reply_failed(void *data, const char *reason);
static void talk_on_stale(void *data);
static void talk_on_audio(void *data, uint32_t request, const uint8_t *ulaw,
                          size_t samples);
static void talk_on_audio_done(void *data, uint32_t request);
static void talk_on_audio_error(void *data, uint32_t request,
                                const char *reason);

#define TALK_STATE_NAME(name, enter) #name,
static const char *const talk_state_names[] = { TALK_STATES(TALK_STATE_NAME) };

#define TALK_STATE_ENTER(name, enter) enter,
static const talk_enter_pt talk_enter[] = { TALK_STATES(TALK_STATE_ENTER) };

static const ear_events_t talk_ear_events = { talk_on_utterance };

static const reply_events_t talk_reply_events = {
    .on_sentence = talk_on_sentence,
    .on_tool = talk_on_tool,
    .on_done = talk_on_reply_done,
    .on_failed = talk_on_reply_failed,
    .on_stale = talk_on_stale,
};

static const tts_events_t talk_tts_events = {
    .on_audio = talk_on_audio,
    .on_done = talk_on_audio_done,
    .on_error = talk_on_audio_error,
};

int
talk_create(talk_t **tp, uv_loop_t *loop, desk_process_t *self, leg_t *leg,
            agent_t *agent, store_t *store, turns_t *turns,
            const talk_events_t *events, void *data)
{
    int                   rc;
    talk_t               *talk;
    const llm_provider_t *llm;

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
    ear_init(&talk->ear, &talk_ear_events, talk);
    playout_init(&talk->playout, leg);

    /* A provider that is not there is replaced by the embedded one. */
    talk->tts.provider = tts_provider_find(agent->tts_provider);
    if (talk->tts.provider == NULL) {
        talk->tts.provider = tts_provider_find("flite");
    }

    talk->tts.events = &talk_tts_events;
    talk->tts.data = talk;
    talk->tts.config = &agent->tts;
    talk->tts.loop = loop;

    rc = talk->tts.provider->open(&talk->tts);
    if (rc < 0) {
        goto failed;
    }

    talk->tts_open = 1;

    llm = llm_provider_find(agent->llm_provider);
    if (llm == NULL) {
        llm = llm_provider_find("builtin");
    }

    rc = reply_open(&talk->reply, llm, &agent->llm, loop, &talk->context,
                    store, &talk_reply_events, talk);
    if (rc < 0) {
        goto failed;
    }

    talk->reply_open = 1;

    *tp = talk;
    return 0;

failed:
    talk_destroy(talk);
    return rc;
}

void
talk_destroy(talk_t *talk)
{
    if (talk == NULL) {
        return;
    }

    talk->state = TALK_OVER;
    ear_close(&talk->ear);

    if (talk->reply_open) {
        reply_close(&talk->reply);
    }

    if (talk->tts_open) {
        talk->tts.provider->close(&talk->tts);
    }

    playout_clear(&talk->playout);
    context_clear(&talk->context);
    free(talk->speech.text);
    free(talk->waiting);
    free(talk);
}

void
talk_start(talk_t *talk, uint64_t opened_ms)
{
    if (cJSON_GetArraySize(talk->agent->turns) > 0) {
        talk_resume(talk, opened_ms);
        return;
    }

    if (talk->agent->greeting[0] == '\0') {
        return; /* the caller begins */
    }

    memset(&talk->heard, 0, sizeof(talk->heard));
    talk->heard.decided = opened_ms;
    talk_say(talk, talk->agent->greeting, NULL);
}

void
talk_listen(talk_t *talk)
{
    int                   rc;
    const stt_provider_t *stt;

    if (talk->state == TALK_OVER || talk->ear.open) {
        return;
    }

    stt = stt_provider_find(talk->agent->stt_provider);
    if (stt == NULL) {
        stt = stt_provider_find("pocketsphinx");
    }

    rc = ear_open(&talk->ear, stt, &talk->agent->stt, talk->loop);
    if (rc < 0) {
        log_error(talk, "cannot open the recognizer: %s", strerror(-rc));
        talk_farewell(talk, SAY_FAILED_GOODBYE, "recognizer_failed");
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
talk_on_key(talk_t *talk, char key, uint64_t now_ms)
{
    if (talk->state == TALK_OVER || talk_is_leaving(talk)) {
        return;
    }

    if (talk->state == TALK_SPEAKING || talk->state == TALK_YIELDING) {
        talk_stop_speaking(talk, now_ms);
    }

    talk->key_ms = now_ms;
    talk->since_ms = now_ms;

    if (key != '#' && talk->key_count < TALK_KEYS_MAX) {
        talk->keys[talk->key_count++] = key;
    }

    if (key == '#') {
        talk->key_ms = now_ms - KEY_GAP_MS; /* at the next tick */
    }
}

void
talk_on_mark(talk_t *talk, uint32_t mark)
{
    playout_on_mark(&talk->playout, mark);
    talk_check_speech(talk, uv_now(talk->loop));
}

void
talk_tick(talk_t *talk, uint64_t now_ms)
{
    if (talk->state == TALK_OVER) {
        return;
    }

    talk_check_leg(talk, playout_pump(&talk->playout, now_ms));

    if (talk->key_count > 0 && now_ms >= talk->key_ms + KEY_GAP_MS) {
        talk->keys[talk->key_count] = '\0';
        talk->key_count = 0;
        memset(&talk->heard, 0, sizeof(talk->heard));
        talk->heard.voice_end = talk->key_ms;
        talk->heard.decided = now_ms;
        talk->confidence = 1;
        talk_take(talk, talk->keys, now_ms);
    }

    talk_check_waiting(talk);
    talk_check_speech(talk, now_ms);
    talk_check_stuck(talk, now_ms);

    if (talk->state == TALK_YIELDING && !ear_is_busy(&talk->ear)
        && now_ms > talk->since_ms + YIELD_MAX_MS)
    {
        talk_go_on_speaking(talk, now_ms);
    }

    if (talk->state == TALK_LISTENING) {
        talk_check_idle(talk, now_ms);
    }
}

void
talk_farewell(talk_t *talk, const char *text, const char *reason)
{
    uint64_t now = uv_now(talk->loop);

    if (talk->state == TALK_OVER
        || (talk->speech.live && talk->speech.ends != NULL))
    {
        return;
    }

    talk_stop_speaking(talk, now);
    talk_drop_waiting(talk);
    talk->key_count = 0;

    if (talk->state == TALK_OVER) {
        return;
    }

    memset(&talk->heard, 0, sizeof(talk->heard));
    talk->heard.decided = now;
    talk_say(talk, text, reason);
}

void
talk_hang_up(talk_t *talk, uint64_t now_ms)
{
    if (talk->state == TALK_OVER) {
        return;
    }

    talk_check_leg(talk, leg_send(talk->leg));

    /* What was being said when the caller went is a turn as far as heard. */
    talk_stop_speaking(talk, now_ms);

    talk_drop_waiting(talk);

    if (talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_OVER);
    }
}

int
talk_is_hearing(const talk_t *talk)
{
    return ear_is_busy(&talk->ear) || talk->key_count > 0
           || talk->waiting != NULL;
}

static void
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

/*
 * This call was another worker's, or another stream's. If the caller waits
 * for an answer, it is given; else the last question is asked again.
 */
static void
talk_resume(talk_t *talk, uint64_t opened_ms)
{
    char        text[640];
    size_t      length;
    const char *last;

    if (talk_recall(talk)) {
        memset(&talk->heard, 0, sizeof(talk->heard));
        talk->heard.decided = opened_ms;
        context_begin(&talk->context);
        talk_set_state(talk, TALK_THINKING);
        (void) reply_start(&talk->reply);
        return;
    }

    last = context_last(&talk->context, LLM_ASSISTANT);
    if (last != NULL && strncmp(last, SAY_BACK, strlen(SAY_BACK)) == 0) {
        last += strlen(SAY_BACK); /* said so already */
        last += strspn(last, " ");
    }

    length = (size_t) snprintf(text, sizeof(text), "%s %s", SAY_BACK,
                               last != NULL ? last : "");

    if (length >= sizeof(text)) {
        /* Too much to be said again: as far as whole words fit. */
        length = sizeof(text) - 1;
        while (text[length] != ' ') {
            length--;
        }

        text[length] = '\0';
    }

    memset(&talk->heard, 0, sizeof(talk->heard));
    talk->heard.decided = opened_ms;
    talk_say(talk, text, NULL);
}

/* Returns whether the last word was the caller's. */
static int
talk_recall(talk_t *talk)
{
    int          waiting = 0;
    const char  *role;
    const cJSON *turn, *content;

    cJSON_ArrayForEach(turn, talk->agent->turns)
    {
        content = cJSON_GetObjectItemCaseSensitive(turn, "content");
        role = cJSON_GetStringValue(
            cJSON_GetObjectItemCaseSensitive(turn, "role"));

        if (role == NULL || !cJSON_IsString(content)
            || content->valuestring[0] == '\0')
        {
            continue;
        }

        if (strcmp(role, "user") == 0) {
            (void) context_add(&talk->context, LLM_USER, content->valuestring,
                               NULL, NULL);
            waiting = 1;

        } else if (strcmp(role, "assistant") == 0) {
            (void) context_add(&talk->context, LLM_ASSISTANT,
                               content->valuestring, NULL, NULL);
            talk->context.messages[talk->context.count - 1].interrupted =
                cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(turn,
                                                              "interrupted"));
            waiting = 0;

        } else if (strcmp(role, "tool") == 0) {
            talk_recall_tool(talk, content->valuestring);
        }
    }

    return waiting;
}

/* What was done before belongs into the call's summary. */
static void
talk_recall_tool(talk_t *talk, const char *content)
{
    char       *args, *result;
    cJSON      *turn = cJSON_Parse(content);
    const char *name;

    name = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(turn, "name"));
    args = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(turn, "arguments"));
    result = cJSON_PrintUnformatted(
        cJSON_GetObjectItemCaseSensitive(turn, "result"));

    if (name != NULL && args != NULL && result != NULL) {
        outcome_note(talk->summary, sizeof(talk->summary), name, args,
                     result);
    }

    cJSON_free(args);
    cJSON_free(result);
    cJSON_Delete(turn);
}

/*
 * The caller has said something. What is being answered or spoken ends here;
 * tools that run are let finish, and what they did belongs before the answer.
 */
static void
talk_take(talk_t *talk, const char *text, uint64_t now_ms)
{
    if (talk_is_leaving(talk)) {
        return;
    }

    talk_check_leg(talk, leg_send(talk->leg)); /* is it ours at all? */
    talk_stop_speaking(talk, now_ms);

    if (talk->state == TALK_OVER) {
        return;
    }

    if (reply_is_working(&talk->reply) && talk_keep(talk, text) == 0) {
        return;
    }

    talk_answer(talk, text);
}

/* Said while tools run: all of it is answered at once. */
static int
talk_keep(talk_t *talk, const char *text)
{
    char  *joined;
    size_t room = strlen(text) + 1;

    if (talk->waiting != NULL) {
        room += strlen(talk->waiting) + 1;
    }

    joined = malloc(room);
    if (joined == NULL) {
        return -ENOMEM;
    }

    (void) snprintf(joined, room, "%s%s%s",
                    talk->waiting != NULL ? talk->waiting : "",
                    talk->waiting != NULL ? " " : "", text);
    free(talk->waiting);
    talk->waiting = joined;

    return 0;
}

/* It will not be answered any more, but it was said. */
static void
talk_drop_waiting(talk_t *talk)
{
    if (talk->waiting != NULL && talk->state != TALK_OVER) {
        turns_user(talk->turns, talk->waiting, talk->confidence, &talk->heard,
                   NULL);
    }

    free(talk->waiting);
    talk->waiting = NULL;
}

/* The turn is the assistant's: `text` is what it has to answer. */
static void
talk_answer(talk_t *talk, const char *text)
{
    char *state;

    state = reply_save(&talk->reply);
    turns_user(talk->turns, text, talk->confidence, &talk->heard, state);
    free(state);
    desk_count(talk->self, DESK_COUNT_TURNS, 1);

    talk->idle_prompts = 0;
    (void) context_add(&talk->context, LLM_USER, text, NULL, NULL);
    context_begin(&talk->context);
    talk_set_state(talk, TALK_THINKING);
    (void) reply_start(&talk->reply);
}

/*
 * In this order: freeze the playout, take back what the carrier has, cancel
 * what is still to come, and only then write down what was heard. An answer
 * that is on its way ends here even if nothing of it was spoken yet.
 */
static void
talk_stop_speaking(talk_t *talk, uint64_t now_ms)
{
    int  interrupted;
    char heard[4096] = "";

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

    reply_cancel(&talk->reply);
    context_cut(&talk->context, heard);

    if (talk->speech.live) {
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

static void
talk_go_on_speaking(talk_t *talk, uint64_t now_ms)
{
    playout_resume(&talk->playout, now_ms);
    talk_set_state(talk, TALK_SPEAKING);
    talk_check_leg(talk, playout_pump(&talk->playout, now_ms));
}

static void
talk_over(talk_t *talk, const char *reason)
{
    if (talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_OVER);
        talk->events->on_over(talk->data, reason);
    }
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

    memset(&talk->heard, 0, sizeof(talk->heard));
    talk->heard.decided = now_ms;

    if (talk->idle_prompts++ < IDLE_PROMPTS) {
        talk_say(talk, SAY_STILL_THERE, NULL);
    } else {
        talk_say(talk, SAY_IDLE_GOODBYE, "caller_silent");
    }
}

/* Two steps: some voice makes us pause, more of it makes us stop. */
static void
talk_check_barge_in(talk_t *talk, uint64_t now_ms)
{
    uint32_t voice;

    /* While nobody would understand it, a voice stops nothing. */
    if ((talk->state != TALK_SPEAKING && talk->state != TALK_YIELDING)
        || !talk->ear.open || talk_is_leaving(talk))
    {
        return;
    }

    voice = ear_voice_ms(&talk->ear);

    if (talk->state == TALK_SPEAKING && voice >= YIELD_VOICE_MS
        && talk->ear.vad.speaking)
    {
        talk_set_state(talk, TALK_YIELDING);

    } else if (talk->state == TALK_YIELDING && voice >= STOP_VOICE_MS) {
        desk_count(talk->self, DESK_COUNT_BARGE_INS, 1);
        talk_stop_speaking(talk, now_ms);
    }
}

static void
talk_check_speech(talk_t *talk, uint64_t now_ms)
{
    const char *ends;

    if (talk->state != TALK_SPEAKING || !talk->speech.live) {
        return;
    }

    speech_write_if_due(talk);

    if (!talk->speech.whole || !playout_is_over(&talk->playout, now_ms)) {
        return;
    }

    if (!talk->speech.written) {
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

/* An utterance that came while a tool ran is answered after its result. */
static void
talk_check_waiting(talk_t *talk)
{
    char *text = talk->waiting;

    if (text == NULL || talk->state == TALK_OVER
        || reply_is_working(&talk->reply))
    {
        return;
    }

    talk->waiting = NULL;
    talk_take(talk, text, uv_now(talk->loop));
    free(text);
}

/*
 * No wait is without an end: a model that falls silent has failed, and of what
 * a synthesizer does not give, the words are lost.
 */
static void
talk_check_stuck(talk_t *talk, uint64_t now_ms)
{
    if (talk->playout.sent != talk->sent || reply_is_working(&talk->reply)) {
        talk->sent = talk->playout.sent;
        talk->progress_ms = now_ms;
    }

    if ((talk->state != TALK_THINKING && talk->state != TALK_SPEAKING)
        || now_ms < talk->progress_ms + STUCK_MS)
    {
        return;
    }

    talk->progress_ms = now_ms;

    if (reply_is_live(&talk->reply)) {
        reply_cancel(&talk->reply);
        talk_on_reply_failed(talk, "it fell silent");
        return;
    }

    log_warn(talk, "a sentence was never spoken");
    desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);
    talk->tts.provider->cancel(&talk->tts);
    playout_give_up(&talk->playout);
}

/* Saying the last words: from here on nothing stops them. */
static int
talk_is_leaving(const talk_t *talk)
{
    return talk->speech.live && talk->speech.ends != NULL;
}

static void
talk_check_leg(talk_t *talk, int rc)
{
    if (rc == -ESTALE && talk->state != TALK_OVER) {
        talk_set_state(talk, TALK_OVER);
        talk->events->on_stale(talk->data);
    }
}

/*
 * "Mm-hm" in the middle of what we say is consent to go on. A "yes" is that
 * too, but near the end of a question it is the answer.
 */
static int
talk_is_backchannel(const talk_t *talk, const char *text, uint64_t now_ms)
{
    static const char *const always[] = { "uh huh", "mm hm", "mhm", "hmm",
                                          "mm", "uh", "um" };
    static const char *const often[] = { "yeah", "yes", "okay", "ok",
                                         "right", "i see", "sure", "alright" };
    size_t i;

    for (i = 0; i < sizeof(always) / sizeof(always[0]); i++) {
        if (strcmp(text, always[i]) == 0) {
            return 1;
        }
    }

    for (i = 0; i < sizeof(often) / sizeof(often[0]); i++) {
        if (strcmp(text, often[i]) == 0) {
            return playout_left_ms(&talk->playout, now_ms) > 1200;
        }
    }

    return 0;
}

/* Words that do not come from the model. */
static void
talk_say(talk_t *talk, const char *text, const char *ends)
{
    if (!talk->speech.live) {
        context_begin(&talk->context);
    }

    (void) context_add(&talk->context, LLM_ASSISTANT, text, NULL, NULL);
    talk_speak(talk, text, strlen(text));
    talk->speech.ends = ends;
    talk->speech.whole = 1;
    playout_whole(&talk->playout);
    speech_write_if_due(talk);
}

static void
talk_speak(talk_t *talk, const char *text, size_t len)
{
    int      rc;
    uint32_t request;

    if (!talk->speech.live) {
        speech_begin(talk);
    }

    talk->progress_ms = uv_now(talk->loop);

    if (speech_append(&talk->speech, text, len) < 0) {
        return;
    }

    if (talk->speech.times.sentence == 0) {
        uv_update_time(talk->loop);
        talk->speech.times.sentence = uv_now(talk->loop);
    }

    request = ++talk->request;

    rc = playout_add(&talk->playout, request, text, len);
    if (rc == 0) {
        rc = talk->tts.provider->say(&talk->tts, request, text, len);
    }

    if (rc < 0) {
        talk_on_audio_error(talk, request, strerror(-rc));
    }
}

static void
speech_begin(talk_t *talk)
{
    speech_t *speech = &talk->speech;

    playout_clear(&talk->playout);

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

static void
speech_end(talk_t *talk)
{
    desk_count(talk->self, DESK_COUNT_UNDERRUNS, talk->playout.underruns);
    talk->playout.underruns = 0;
    playout_clear(&talk->playout);
    talk->speech.live = 0;
    talk->speech.length = 0;
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

    talk->speech.written = 1;
    desk_count(talk->self, DESK_COUNT_TURNS, 1);
}

/* As soon as its text is whole and its beginning is on its way. */
static void
speech_write_if_due(talk_t *talk)
{
    if (talk->speech.live && talk->speech.whole && !talk->speech.written
        && talk->playout.first_sent_ms != 0)
    {
        speech_write(talk, talk->speech.text, 0);
    }
}

static void
talk_on_utterance(void *data, const utterance_t *u)
{
    talk_t  *talk = data;
    uint64_t now = u->decided_ms;

    leg_take_in_hand(talk->leg);

    if (u->text[0] != '\0') {
        desk_count(talk->self, DESK_COUNT_UTTERANCES, 1);
    } else {
        desk_count(talk->self, DESK_COUNT_UTTERANCES_EMPTY, 1);
    }

    if (talk->state == TALK_OVER) {
        return;
    }

    if (talk->state == TALK_SPEAKING || talk->state == TALK_YIELDING) {
        /* The caller's own goodbye does not stop ours. */
        if (u->voice_ms == 0 || u->text[0] == '\0' || talk_is_leaving(talk)
            || talk_is_backchannel(talk, u->text, now))
        {
            if (talk->state == TALK_YIELDING) {
                talk_go_on_speaking(talk, now);
            }
            return;
        }

        desk_count(talk->self, DESK_COUNT_BARGE_INS, 1);

    } else if (u->voice_ms == 0) {
        return;

    } else if (u->text[0] == '\0'
               && (reply_is_live(&talk->reply) || talk->waiting != NULL))
    {
        return; /* a noise does not take back what was asked */
    }

    FAILPOINT("call.utterance", u->text);

    memset(&talk->heard, 0, sizeof(talk->heard));
    talk->heard.voice_end = u->voice_end;
    talk->heard.asked = u->asked_ms;
    talk->heard.answered = u->answered_ms;
    talk->heard.decided = u->decided_ms;
    talk->confidence = u->confidence;

    talk_take(talk, u->text, now);
}

static void
talk_on_sentence(void *data, const char *text, size_t len)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    if (talk->state == TALK_OVER) {
        return;
    }

    talk_speak(talk, text, len);
}

static void
talk_on_tool(void *data, const char *name, const char *args,
             const char *result, uint64_t took_ms)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    desk_count(talk->self, DESK_COUNT_TOOL_CALLS, 1);
    turns_tool(talk->turns, name, args, result, took_ms, uv_now(talk->loop));
    outcome_note(talk->summary, sizeof(talk->summary), name, args, result);
}

static void
talk_on_reply_done(void *data, int ends)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    if (talk->state == TALK_OVER) {
        return;
    }

    talk->failures = 0;

    if (!talk->speech.live) {
        /* It had nothing to say. */
        if (ends) {
            talk_over(talk, "completed");
        } else {
            talk_set_state(talk, TALK_LISTENING);
        }
        return;
    }

    talk->speech.whole = 1;
    talk->speech.ends = ends ? "completed" : NULL;
    playout_whole(&talk->playout);
    speech_write_if_due(talk);
}

static void
talk_on_reply_failed(void *data, const char *reason)
{
    talk_t *talk = data;

    if (talk->state == TALK_OVER) {
        return;
    }

    log_warn(talk, "no answer from the model: %s", reason);
    desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);

    if (!talk->speech.live) {
        context_cut(&talk->context, ""); /* it was not spoken */
    }

    if (talk->failures++ == 0) {
        talk_say(talk, SAY_FAILED, NULL);
    } else {
        talk_say(talk, SAY_FAILED_GOODBYE, "model_failed");
    }
}

static void
talk_on_stale(void *data)
{
    talk_check_leg(data, -ESTALE);
}

static void
talk_on_audio(void *data, uint32_t request, const uint8_t *ulaw,
              size_t samples)
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

    if (talk->speech.times.audio == 0) {
        talk->speech.times.audio = now;

        /* The caller has begun to speak first: let them. */
        if (talk->state == TALK_SPEAKING && talk->ear.vad.speaking
            && talk->ear.open && !talk_is_leaving(talk)
            && ear_voice_ms(&talk->ear) >= YIELD_VOICE_MS
            && talk->agent->interruptions)
        {
            talk_set_state(talk, TALK_YIELDING);
        }
    }

    if (playout_audio(&talk->playout, request, ulaw, samples) < 0) {
        log_error(talk, "out of memory for speech");
        return;
    }

    talk_check_leg(talk, playout_pump(&talk->playout, now));
    speech_write_if_due(talk);
}

static void
talk_on_audio_done(void *data, uint32_t request)
{
    talk_t *talk = data;

    desk_count(talk->self, DESK_COUNT_SYNTHESES, 1);
    playout_audio_done(&talk->playout, request);
    talk_check_leg(talk, playout_pump(&talk->playout, uv_now(talk->loop)));
}

static void
talk_on_audio_error(void *data, uint32_t request, const char *reason)
{
    talk_t *talk = data;

    /* The words are lost; the call goes on. */
    log_warn(talk, "a sentence could not be spoken: %s", reason);
    desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);
    playout_audio_done(&talk->playout, request);
}
