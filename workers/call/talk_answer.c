/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/failpoint.h"
#include "call/outcome.h"
#include "call/recall.h"
#include "call/talk_services.h"

/* A model or a synthesizer of which nothing comes for so long has failed. */
#define STUCK_MS 8000

/* States without anything under way mend themselves after that. */
#define HEAL_MS 5000
/* One's own words, come back from the line. */
#define ECHO_WORDS_MIN 3

/* By measurement, of what is heard right 2 in 100 are below, of noise most. */
#define ANSWER_DOUBT 0.3f

static int  answer_keep(talk_t *talk, const char *text);
static void answer_begin(talk_t *talk, const char *text);
static void answer_request(talk_t *talk);
static int  answer_is_echo(const talk_t *talk, const char *text);
static size_t answer_plain(const char *text, char *plain, size_t room);
static void answer_heal(talk_t *talk, uint64_t now_ms);
static int  answer_is_backchannel(const talk_t *talk, const char *text,
                                  uint64_t now_ms);
static void answer_on_utterance(void *data, const utterance_t *u);
static int  answer_on_ear_lost(void *data, const fault_t *fault);
static void answer_on_eager(void *data, const char *text, float confidence);
static void answer_on_resumed(void *data);
static void answer_on_refused(void *data, const char *name, const char *why);
static int  answer_on_lost(void *data, const fault_t *fault);
static void answer_on_sentence(void *data, const char *text, size_t len);
static void answer_on_tool(void *data, const char *name, const char *args,
                           const char *result, uint64_t took_ms);
static void answer_on_usage(void *data, const llm_usage_t *usage);
static void answer_on_done(void *data, int ends);
static void answer_on_failed(void *data, const char *reason);
static void answer_on_stale(void *data);

const ear_events_t talk_answer_ear_events = {
    .on_utterance = answer_on_utterance,
    .on_eager = answer_on_eager,
    .on_resumed = answer_on_resumed,
    .on_lost = answer_on_ear_lost,
};

const reply_events_t talk_answer_reply_events = {
    .on_sentence = answer_on_sentence,
    .on_tool = answer_on_tool,
    .on_usage = answer_on_usage,
    .on_refused = answer_on_refused,
    .on_lost = answer_on_lost,
    .on_done = answer_on_done,
    .on_failed = answer_on_failed,
    .on_stale = answer_on_stale,
};

/*
 * If the caller waits for an answer, it is given; else the last question is
 * asked again.
 */
void
talk_answer_resume(talk_t *talk, uint64_t opened_ms)
{
    char text[640];

    talk_forget_heard(talk, opened_ms);

    if (recall_turns(talk->agent->turns, &talk->context, talk->summary,
                     sizeof(talk->summary)))
    {
        answer_request(talk);
        return;
    }

    recall_question(&talk->context, text, sizeof(text));
    talk_speech_say(talk, text, NULL);
}

/*
 * The caller has said something. What is being answered or spoken ends here;
 * tools that run are let finish, and what they did belongs before the answer.
 */
void
talk_answer_take(talk_t *talk, const char *text, uint64_t now_ms)
{
    if (talk_speech_is_last(talk)) {
        return;
    }

    talk_check_leg(talk, leg_send(talk->leg)); /* is it ours at all? */

    if (talk->state != TALK_OVER && talk_early_take(talk, text)) {
        return;
    }

    talk_speech_stop(talk, now_ms);

    if (talk->state == TALK_OVER) {
        return;
    }

    if (reply_is_working(&talk->reply) && answer_keep(talk, text) == 0) {
        return;
    }

    answer_begin(talk, text);
}

/* It will not be answered any more, but it was said. */
void
talk_answer_drop_waiting(talk_t *talk)
{
    if (talk->waiting != NULL && talk->state != TALK_OVER) {
        turns_user(talk->turns, talk->waiting, talk->confidence, &talk->heard,
                   NULL);
    }

    free(talk->waiting);
    talk->waiting = NULL;
}

/* An utterance that came while a tool ran is answered after its result. */
void
talk_answer_check_waiting(talk_t *talk)
{
    char *text = talk->waiting;

    if (text == NULL || talk->state == TALK_OVER
        || reply_is_working(&talk->reply))
    {
        return;
    }

    talk->waiting = NULL;
    talk_answer_take(talk, text, uv_now(talk->loop));
    free(text);
}

/*
 * No wait is without an end: a model that falls silent has failed, and of what
 * a synthesizer does not give, the words are lost.
 */
void
talk_answer_check_stuck(talk_t *talk, uint64_t now_ms)
{
    answer_heal(talk, now_ms);

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
        answer_on_failed(talk, "it fell silent");
        return;
    }

    talk_speech_give_up(talk);
}

/* Nobody thinks, nobody speaks: then the caller has the floor. */
static void
answer_heal(talk_t *talk, uint64_t now_ms)
{
    int idle;

    idle = (talk->state == TALK_THINKING && !reply_is_live(&talk->reply)
            && !reply_is_working(&talk->reply))
           || ((talk->state == TALK_SPEAKING || talk->state == TALK_YIELDING)
               && !talk->speech.live);

    if (idle && now_ms > talk->since_ms + HEAL_MS) {
        log_error(talk, "nothing was under way any more");
        talk_set_state(talk, TALK_LISTENING);
    }
}

/* Said while tools run: all of it is answered at once. */
static int
answer_keep(talk_t *talk, const char *text)
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

/* The turn is the assistant's: `text` is what it has to answer. */
static void
answer_begin(talk_t *talk, const char *text)
{
    talk_answer_note(talk, text);

    if (context_add(&talk->context, LLM_USER, text, NULL, NULL) == 0
        && talk->confidence < ANSWER_DOUBT)
    {
        context_doubt(&talk->context);
    }
    answer_request(talk);
}

void
talk_answer_note(talk_t *talk, const char *text)
{
    char *state;

    state = reply_save(&talk->reply);
    turns_user(talk->turns, text, talk->confidence, &talk->heard, state);
    free(state);
    desk_count(talk->self, DESK_COUNT_TURNS, 1);

    talk->idle_prompts = 0;
    talk->aside.count = 0;
    talk->early_tries = 0;
}

static void
answer_request(talk_t *talk)
{
    context_begin(&talk->context);
    talk_services_climb(talk, AGENT_LLM);
    talk_set_state(talk, TALK_THINKING);
    (void) reply_start(&talk->reply);
}

/*
 * "Mm-hm" in the middle of what we say is consent to go on. A "yes" is that
 * too, but near the end of a question it is the answer.
 */
static int
answer_is_backchannel(const talk_t *talk, const char *text, uint64_t now_ms)
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
            /* To "one moment, please", it is never more than that. */
            return talk_speech_is_aside(talk)
                   || playout_left_ms(&talk->playout, now_ms) > 1200
                   || (talk->state == TALK_THINKING && talk->aside.count > 0);
        }
    }

    return 0;
}

/* Some words in a row that are just what is being said. */
static int
answer_is_echo(const talk_t *talk, const char *text)
{
    char ours[1024], theirs[EAR_TEXT_BYTES + 2];

    if (!talk->speech.live || talk->speech.length == 0) {
        return 0;
    }

    (void) answer_plain(talk->speech.text, ours, sizeof(ours));

    return answer_plain(text, theirs, sizeof(theirs)) >= ECHO_WORDS_MIN
           && strstr(ours, theirs) != NULL;
}

/* " words in lower case ", each between blanks; returns how many. */
static size_t
answer_plain(const char *text, char *plain, size_t room)
{
    size_t used = 0, words = 0;

    plain[used++] = ' ';

    for (/* void */; *text != '\0' && used + 2 < room; text++) {
        if (isalnum((unsigned char) *text) || *text == '\''
            || (unsigned char) *text >= 0x80)
        {
            plain[used++] = (char) tolower((unsigned char) *text);
        } else if (plain[used - 1] != ' ') {
            plain[used++] = ' ';
            words++;
        }
    }

    if (plain[used - 1] != ' ') {
        plain[used++] = ' ';
        words++;
    }

    plain[used] = '\0';

    return words;
}

static void
answer_on_utterance(void *data, const utterance_t *u)
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

    /* Who keys something is not heard meanwhile: tones sound like words. */
    if (talk->key_count > 0) {
        return;
    }

    if (talk->state == TALK_THINKING && talk->aside.count > 0
        && answer_is_backchannel(talk, u->text, now))
    {
        return;
    }

    if (talk->state == TALK_SPEAKING || talk->state == TALK_YIELDING) {
        /* The caller's own goodbye does not stop ours. */
        if (u->voice_ms == 0 || u->text[0] == '\0'
            || talk_speech_is_last(talk) || answer_is_echo(talk, u->text)
            || answer_is_backchannel(talk, u->text, now))
        {
            if (talk->state == TALK_YIELDING) {
                talk_speech_go_on(talk, now);
            }
            return;
        }

        desk_count(talk->self, DESK_COUNT_BARGE_INS, 1);

    } else if (u->voice_ms == 0) {
        return;

    } else if (u->text[0] == '\0' && talk->early == NULL
               && (reply_is_live(&talk->reply) || talk->waiting != NULL))
    {
        return; /* a noise does not take back what was asked */
    }

    FAILPOINT("call.utterance", u->text);

    talk_forget_heard(talk, u->decided_ms);
    talk->heard.voice_end = u->voice_end;
    talk->heard.asked = u->asked_ms;
    talk->heard.answered = u->answered_ms;
    talk->confidence = u->confidence;

    talk_answer_take(talk, u->text, now);
}

static void
answer_on_sentence(void *data, const char *text, size_t len)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    if (talk->state == TALK_OVER) {
        return;
    }

    talk_services_heard_of(talk, AGENT_LLM);
    talk_speech_add(talk, text, len);
}

static void
answer_on_tool(void *data, const char *name, const char *args,
               const char *result, uint64_t took_ms)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    desk_count(talk->self, DESK_COUNT_TOOL_CALLS, 1);
    turns_tool(talk->turns, name, args, result, took_ms, uv_now(talk->loop));
    talk_measure_tool(talk, name, took_ms, uv_now(talk->loop));
    outcome_note(talk->summary, sizeof(talk->summary), name, args, result);
}

static void
answer_on_usage(void *data, const llm_usage_t *usage)
{
    talk_measure_model(data, usage);
}

static void
answer_on_done(void *data, int ends)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    if (talk->state == TALK_OVER) {
        return;
    }

    talk->failures = 0;
    talk_services_heard_of(talk, AGENT_LLM);

    if (talk_speech_is_aside(talk) && !ends) {
        return; /* it had nothing to say, and "one moment" is being said */
    }

    if (!talk->speech.live) {
        /* It had nothing to say. */
        if (ends) {
            talk_over(talk, "completed");
        } else {
            talk_set_state(talk, TALK_LISTENING);
        }
        return;
    }

    talk_speech_whole(talk, ends ? "completed" : NULL);
}

static void
answer_on_failed(void *data, const char *reason)
{
    talk_t *talk = data;

    if (talk->state == TALK_OVER) {
        return;
    }

    log_warn(talk, "no answer from the model: %s", reason);
    desk_count(talk->self, DESK_COUNT_PROVIDER_ERRORS, 1);

    if (talk->early != NULL) {
        talk_early_drop(talk);
        return; /* nobody knows that it was asked: it will be again */
    }

    if (!talk->speech.live || talk_speech_is_aside(talk)) {
        context_cut(&talk->context, ""); /* it was not spoken */
    }

    if (talk->failures++ == 0) {
        talk_speech_say(talk, talk_phrase(talk, PHRASE_FAILED), NULL);
    } else if (talk->events->on_helpless != NULL) {
        talk_helpless(talk, "model_failed");
    } else {
        talk_speech_say(talk, talk_phrase(talk, PHRASE_SORRY),
                        "model_failed");
    }
}

static int
answer_on_lost(void *data, const fault_t *fault)
{
    return talk_services_lose(data, AGENT_LLM, fault);
}

static int
answer_on_ear_lost(void *data, const fault_t *fault)
{
    return talk_services_lose(data, AGENT_STT, fault);
}

static void
answer_on_eager(void *data, const char *text, float confidence)
{
    talk_t *talk = data;

    leg_take_in_hand(talk->leg);

    if (confidence >= ANSWER_DOUBT) {
        talk_early_begin(talk, text, confidence);
    }
}

static void
answer_on_resumed(void *data)
{
    talk_early_drop(data);
}

/* What a model must not do is written down; it is not told to callers. */
static void
answer_on_refused(void *data, const char *name, const char *why)
{
    char   *text;
    cJSON  *event;
    size_t  length;
    talk_t *talk = data;

    log_warn(talk, "the model was refused a tool: %s", why);

    /* A name of any bytes may have come from outside: of it what is one. */
    length = strspn(name, "abcdefghijklmnopqrstuvwxyz_0123456789");
    event = cJSON_CreateObject();
    text = strndup(name, length < 64 ? length : 64);
    if (text != NULL) {
        (void) cJSON_AddStringToObject(event, "tool", text);
        free(text);
    }
    (void) cJSON_AddStringToObject(event, "reason", why);
    text = cJSON_PrintUnformatted(event);
    cJSON_Delete(event);

    if (text != NULL) {
        (void) store_event(talk->store, "tool.refused", text);
        cJSON_free(text);
    }
}

static void
answer_on_stale(void *data)
{
    talk_check_leg(data, -ESTALE);
}
