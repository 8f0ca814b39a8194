/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dialogue/catch_up.h"
#include "dialogue/phrases.h"
#include "dialogue/reply.h"

/* What a model may say in one answer; a caller hears minutes of it. */
#define TEXT_MAX (16 * 1024)

struct reply_tool_s {
    TAILQ_ENTRY(reply_tool_s) next;
    reply_t        *reply;
    const tool_t   *tool; /* NULL: refused before it ran */
    uint32_t        request;
    uint64_t        begun_ms;
    store_request_t stored;
    char           *id;
    char           *name;
    char           *args;
    unsigned        started:1;
};

static void reply_ask(reply_t *reply);
static void reply_next_round(reply_t *reply);
static void reply_finish(reply_t *reply);
static void reply_lose(reply_t *reply, const fault_t *fault);
static void reply_begin(reply_t *reply);
static int  reply_is_asked(const reply_t *reply, uint32_t request);
static void reply_drop_held(reply_t *reply);
static void reply_keep_given(reply_t *reply);
static int  reply_take_over(reply_t *reply, llm_request_t *what,
                            catch_up_t *catch_up);
static void reply_say_done(reply_t *reply);
static void reply_note_refusal(reply_t *reply, const char *name,
                               const char *why);
static void reply_keep_text(reply_t *reply);
static int  reply_append(reply_t *reply, const char *text, size_t len);
static int  reply_may_use(const reply_t *reply, const char *name);
static void reply_on_text(void *data, uint32_t request, const char *text,
                          size_t len);
static void reply_on_tool(void *data, uint32_t request, const char *id,
                          const char *name, const char *args);
static void reply_on_usage(void *data, uint32_t request,
                           const llm_usage_t *usage);
static void reply_on_done(void *data, uint32_t request);
static void reply_on_error(void *data, uint32_t request,
                           const fault_t *fault);
static void reply_on_sentence(void *data, const char *text, size_t len);
static void tool_start(reply_tool_t *t);
static void tool_refuse(reply_tool_t *t, const char *sentence);
static void tool_on_result(void *data, int rc, const cJSON *answer);
static void tool_end(reply_tool_t *t, const char *result);
static void tool_destroy(reply_tool_t *t);
static int64_t wall_clock_ms(void);

static const llm_events_t reply_llm_events = {
    .on_text = reply_on_text,
    .on_tool = reply_on_tool,
    .on_usage = reply_on_usage,
    .on_done = reply_on_done,
    .on_error = reply_on_error,
};

int
reply_open(reply_t *reply, const llm_provider_t *provider,
           const llm_config_t *config, uv_loop_t *loop, context_t *context,
           store_t *store, const reply_events_t *events, void *data)
{
    int rc;

    memset(reply, 0, sizeof(*reply));
    TAILQ_INIT(&reply->tools);
    reply->events = events;
    reply->data = data;
    reply->context = context;
    reply->store = store;
    reply->allowed = config->tools;
    reply->allowed_count = config->tool_count;
    reply->llm.provider = provider;
    reply->llm.events = &reply_llm_events;
    reply->llm.data = reply;
    reply->llm.config = config;
    reply->llm.loop = loop;
    sentence_init(&reply->sentence, reply_on_sentence, reply);

    rc = provider->open(&reply->llm);
    reply->open = rc == 0;

    return rc;
}

void
reply_close(reply_t *reply)
{
    reply_tool_t *t;

    if (reply->events == NULL) {
        return; /* it never was */
    }

    reply_cancel(reply);

    while ((t = TAILQ_FIRST(&reply->tools)) != NULL) {
        tool_destroy(t);
    }

    if (reply->open) {
        reply->llm.provider->close(&reply->llm);
    }

    free(reply->text);
    free(reply->given);
    reply->text = NULL;
    reply->given = NULL;
    reply->open = 0;
}

int
reply_start(reply_t *reply)
{
    reply_begin(reply);
    reply_ask(reply);

    return 0;
}

int
reply_start_held(reply_t *reply)
{
    reply_begin(reply);
    reply->held = 1;
    reply_ask(reply);

    return 0;
}

/* What came meanwhile comes now, in the order a model says it. */
void
reply_release(reply_t *reply)
{
    uint32_t      request = reply->request;
    reply_tool_t *t, *next;

    if (!reply->active || !reply->held) {
        return;
    }

    reply->held = 0;

    if (reply->length > 0) {
        sentence_push(&reply->sentence, reply->text, reply->length);
    }

    if (!TAILQ_EMPTY(&reply->tools)) {
        reply_keep_text(reply);
    }

    for (t = TAILQ_FIRST(&reply->tools); t != NULL; t = next) {
        next = TAILQ_NEXT(t, next);
        if (!reply->active || reply->request != request) {
            return;
        }
        if (t->request == request && !t->started) {
            reply->running++; /* the next round is not before the last */
            tool_start(t);
            reply->running--;
        }
    }

    if (reply->active && reply->round_done) {
        sentence_flush(&reply->sentence);
        reply_keep_text(reply);
        reply_next_round(reply);
    }
}

int
reply_change(reply_t *reply, const llm_provider_t *provider,
             const llm_config_t *config)
{
    int rc;

    if (reply->open) {
        if (reply->active) {
            reply->llm.provider->cancel(&reply->llm, reply->request);
        }
        reply->llm.provider->close(&reply->llm);
        reply->llm.impl = NULL;
    }

    reply->llm.provider = provider;
    reply->llm.config = config;
    reply->taken_over = 1;

    rc = provider->open(&reply->llm);
    reply->open = rc == 0;
    if (rc < 0) {
        return rc;
    }

    reply->lost = 0;

    /* While its tools run, or wait to be let run, it has done its part. */
    if (!reply->active || (reply->round_done && reply->running > 0)) {
        return 0;
    }

    if (reply->held) {
        reply_drop_held(reply);

    } else if (reply->called > 0) {
        /* What it has set going is not to be done again. */
        reply_keep_given(reply);
        reply->length = 0;
        reply->round_done = 1;
        reply_next_round(reply);
        return 0;
    }

    reply_keep_given(reply);
    reply->rounds--; /* it is the same one */
    reply_ask(reply);

    return 0;
}

uint64_t
reply_waits_since(const reply_t *reply)
{
    return reply->active && !reply->round_done && !reply->lost
               ? reply->heard_ms
               : 0;
}

void
reply_cancel(reply_t *reply)
{
    if (!reply->active) {
        return;
    }

    reply->active = 0;
    if (reply->open) {
        reply->llm.provider->cancel(&reply->llm, reply->request);
    }
    reply->request++;

    if (reply->held) {
        /* Nobody heard of it: it never was. */
        reply->held = 0;
        reply_drop_held(reply);
    }

    reply->lost = 0;
    reply->given_length = 0;
    reply_keep_text(reply);
    sentence_reset(&reply->sentence);
}

int
reply_is_live(const reply_t *reply)
{
    return (int) reply->active;
}

int
reply_is_working(const reply_t *reply)
{
    return !TAILQ_EMPTY(&reply->tools);
}

char *
reply_save(reply_t *reply)
{
    if (!reply->open || reply->llm.provider->save == NULL) {
        return NULL;
    }

    return reply->llm.provider->save(&reply->llm);
}

/* Whether what comes of this request is listened to. */
static int
reply_is_asked(const reply_t *reply, uint32_t request)
{
    return reply->active && !reply->lost && request == reply->request;
}

/* Tools that wait for the caller's turn to be over: it is another one. */
static void
reply_drop_held(reply_t *reply)
{
    reply_tool_t *t, *next;

    for (t = TAILQ_FIRST(&reply->tools); t != NULL; t = next) {
        next = TAILQ_NEXT(t, next);
        if (!t->started) {
            tool_destroy(t);
            reply->running--;
        }
    }

    reply->length = 0;
}

static void
reply_begin(reply_t *reply)
{
    reply_cancel(reply);

    reply->active = 1;
    reply->ends = 0;
    reply->rounds = 0;
    reply->running = 0;
    reply->first_text_ms = 0;
    reply->asked = reply->context->count;
}

/*
 * Models that answer at once do it within their request(): what follows from
 * the answer happens after it has returned, in a loop and not in depth.
 */
static void
reply_ask(reply_t *reply)
{
    int           rc;
    catch_up_t    catch_up;
    llm_request_t what;

    do {
        reply->request++;
        reply->rounds++;
        reply->called = 0;
        reply->length = 0;
        reply->given_length = 0;
        reply->round_done = 0;
        reply->heard_ms = uv_now(reply->llm.loop);
        sentence_reset(&reply->sentence);

        what.messages = reply->context->messages;
        what.count = reply->asked < reply->context->count
                         ? reply->asked
                         : reply->context->count;
        what.now_ms = wall_clock_ms();

        if (reply->taken_over && !reply->held
            && !reply_take_over(reply, &what, &catch_up))
        {
            reply_say_done(reply);
            return;
        }

        reply->asking = 1;
        rc = reply->llm.provider->request(&reply->llm, reply->request, &what);
        reply->asking = 0;

        if (rc < 0) {
            reply_lose(reply, &(fault_t){ FAULT_LOST, 0, strerror(-rc) });
            return;
        }

        if (!reply->active || !reply->round_done || reply->running > 0
            || reply->held || reply->lost)
        {
            return;
        }

        if (reply->called == 0 || reply->ends
            || reply->rounds >= REPLY_ROUNDS_MAX)
        {
            reply_finish(reply);
            return;
        }

        reply->asked = reply->context->count;

    } while (reply->active);
}

/* After a tool has ended or the model's answer is whole, outside of it. */
static void
reply_next_round(reply_t *reply)
{
    if (!reply->active || reply->asking || !reply->round_done
        || reply->running > 0 || reply->held || reply->lost)
    {
        return;
    }

    if (reply->called == 0 || reply->ends
        || reply->rounds >= REPLY_ROUNDS_MAX)
    {
        reply_finish(reply);
        return;
    }

    reply->asked = reply->context->count;
    reply_ask(reply);
}

static void
reply_finish(reply_t *reply)
{
    reply->active = 0;
    reply->given_length = 0;
    reply->events->on_done(reply->data, (int) reply->ends);
}

void
reply_fail(reply_t *reply, const char *reason)
{
    if (reply->active) {
        reply_cancel(reply);
        reply->events->on_failed(reply->data, reason);
    }
}

/* What it still says is not listened to. */
static void
reply_lose(reply_t *reply, const fault_t *fault)
{
    if (reply->lost || !reply->active) {
        return;
    }

    if (reply->events->on_lost != NULL
        && reply->events->on_lost(reply->data, fault))
    {
        reply->lost = 1;
        return;
    }

    reply_fail(reply, fault->reason);
}

/* What another model had said of it before it failed: it will be heard. */
static void
reply_keep_given(reply_t *reply)
{
    if (reply->given_length > 0
        && context_add(reply->context, LLM_ASSISTANT, reply->given, NULL,
                       NULL)
               == 0)
    {
        reply->context->messages[reply->context->count - 1].interrupted = 1;
    }

    reply->given_length = 0;
}

/*
 * One that keeps its own account has not heard any of it so far. Returns 0
 * when there is nothing left to ask about.
 */
static int
reply_take_over(reply_t *reply, llm_request_t *what, catch_up_t *catch_up)
{
    reply->taken_over = 0;

    if (reply->llm.provider->save == NULL) {
        return 1; /* the context is all that it needs */
    }

    if (!catch_up_make(catch_up, what->messages, what->count)) {
        return 0;
    }

    if (catch_up->text[0] != '\0') {
        what->messages = &catch_up->message;
        what->count = 1;
    }

    return 1;
}

/* A tool has done what was asked for; who would have told is gone. */
static void
reply_say_done(reply_t *reply)
{
    const char *text = phrase_of(reply->llm.config->language, PHRASE_DONE);

    (void) context_add(reply->context, LLM_ASSISTANT, text, NULL, NULL);
    reply->events->on_sentence(reply->data, text, strlen(text));
    reply_finish(reply);
}

/* What was said in this round goes before the tools that it called. */
static void
reply_keep_text(reply_t *reply)
{
    if (reply->length > 0) {
        (void) context_add(reply->context, LLM_ASSISTANT, reply->text, NULL,
                           NULL);
        reply->length = 0;
        reply->given_length = 0;
    }
}

static int
reply_append(reply_t *reply, const char *text, size_t len)
{
    char  *grown;
    size_t room;

    if (reply->length + len + 1 > TEXT_MAX) {
        return -EMSGSIZE;
    }

    if (reply->length + len + 1 > reply->room) {
        room = (reply->length + len + 1) * 2;
        grown = realloc(reply->text, room);
        if (grown == NULL) {
            return -ENOMEM;
        }

        reply->text = grown;
        reply->room = room;
    }

    memcpy(reply->text + reply->length, text, len);
    reply->length += len;
    reply->text[reply->length] = '\0';

    return 0;
}

static int
reply_may_use(const reply_t *reply, const char *name)
{
    size_t i;

    for (i = 0; i < reply->allowed_count; i++) {
        if (strcmp(reply->allowed[i], name) == 0) {
            return 1;
        }
    }

    /* To end a call is always allowed: otherwise it could not end. */
    return strcmp(name, "end_call") == 0;
}

static void
reply_on_text(void *data, uint32_t request, const char *text, size_t len)
{
    int      rc;
    reply_t *reply = data;

    if (!reply_is_asked(reply, request)) {
        return;
    }

    if (reply->first_text_ms == 0) {
        reply->first_text_ms = uv_now(reply->llm.loop);
    }

    reply->heard_ms = uv_now(reply->llm.loop);

    rc = reply_append(reply, text, len);
    if (rc < 0) {
        reply_fail(reply, strerror(-rc));
        return;
    }

    if (!reply->held) {
        sentence_push(&reply->sentence, text, len);
    }
}

static void
reply_on_tool(void *data, uint32_t request, const char *id, const char *name,
              const char *args)
{
    reply_t      *reply = data;
    reply_tool_t *t;

    if (!reply_is_asked(reply, request)) {
        return;
    }

    reply->heard_ms = uv_now(reply->llm.loop);

    if (reply->called >= REPLY_TOOLS_MAX) {
        reply_note_refusal(reply, name, "too many at once");
        return;
    }

    t = calloc(1, sizeof(reply_tool_t));
    if (t == NULL) {
        reply_fail(reply, "out of memory");
        return;
    }

    t->reply = reply;
    t->request = request;
    t->begun_ms = uv_now(reply->llm.loop);
    t->id = strdup(id);
    t->name = strdup(name);
    t->args = strdup(args);
    TAILQ_INSERT_TAIL(&reply->tools, t, next);

    if (t->id == NULL || t->name == NULL || t->args == NULL) {
        tool_destroy(t);
        reply_fail(reply, "out of memory");
        return;
    }

    reply->called++;
    reply->running++;

    if (!reply->held) {
        reply_keep_text(reply);
        tool_start(t);
    }
}

/* Also of an answer that is canceled: it was paid for. */
static void
reply_on_usage(void *data, uint32_t request, const llm_usage_t *usage)
{
    reply_t *reply = data;

    (void) request;

    if (reply->events->on_usage != NULL) {
        reply->events->on_usage(reply->data, usage);
    }
}

static void
reply_on_done(void *data, uint32_t request)
{
    reply_t *reply = data;

    if (!reply_is_asked(reply, request)) {
        return;
    }

    if (reply->held) {
        reply->round_done = 1;
        return;
    }

    sentence_flush(&reply->sentence);
    reply_keep_text(reply);
    reply->round_done = 1;
    reply_next_round(reply);
}

static void
reply_on_error(void *data, uint32_t request, const fault_t *fault)
{
    reply_t *reply = data;

    if (reply_is_asked(reply, request)) {
        reply_lose(reply, fault);
    }
}

static void
reply_on_sentence(void *data, const char *text, size_t len)
{
    reply_t *reply = data;

    char   *grown;

    if (!reply->active) {
        return;
    }

    /* Should the model fail now, that much will have been said. */
    if (reply->events->on_lost != NULL) {
        grown = realloc(reply->given, reply->given_length + len + 2);
        if (grown != NULL) {
            reply->given = grown;
            if (reply->given_length > 0) {
                grown[reply->given_length++] = ' ';
            }
            memcpy(grown + reply->given_length, text, len);
            reply->given_length += len;
            grown[reply->given_length] = '\0';
        }
    }

    reply->events->on_sentence(reply->data, text, len);
}

/* Hostile or confused, it is to be seen what a model tried. */
static void
reply_note_refusal(reply_t *reply, const char *name, const char *why)
{
    if (reply->events->on_refused != NULL) {
        reply->events->on_refused(reply->data, name, why);
    }
}

static void
tool_start(reply_tool_t *t)
{
    int      rc;
    char     error[160];
    reply_t *reply = t->reply;

    t->started = 1;
    t->tool = tool_find(t->name);

    if (t->tool == NULL || !reply_may_use(reply, t->name)) {
        tool_refuse(t, "There is no such tool.");
        return;
    }

    if (tool_check(t->tool, t->args, error, sizeof(error)) < 0) {
        tool_refuse(t, error);
        return;
    }

    if (t->tool->local) {
        /* The only one there is: end_call. */
        reply->ends = 1;
        tool_end(t, "{\"ok\":true}");
        return;
    }

    t->stored.store = reply->store;
    t->stored.done = tool_on_result;
    t->stored.data = t;

    rc = store_tool(&t->stored, t->name, t->args);
    if (rc < 0) {
        tool_refuse(t, "It does not work just now.");
    }
}

static void
tool_refuse(reply_tool_t *t, const char *sentence)
{
    char  *result;
    cJSON *refusal = cJSON_CreateObject();

    reply_note_refusal(t->reply, t->name, sentence);

    (void) cJSON_AddFalseToObject(refusal, "ok");
    (void) cJSON_AddStringToObject(refusal, "error", "invalid");
    (void) cJSON_AddStringToObject(refusal, "message", sentence);
    result = cJSON_PrintUnformatted(refusal);
    cJSON_Delete(refusal);

    tool_end(t, result != NULL ? result : "{\"ok\":false}");
    cJSON_free(result);
}

static void
tool_on_result(void *data, int rc, const cJSON *answer)
{
    char         *result;
    reply_tool_t *t = data;
    reply_t      *reply = t->reply;

    if (rc == -ESTALE) {
        tool_destroy(t);
        reply->events->on_stale(reply->data);
        return;
    }

    if (rc < 0) {
        tool_end(t, "{\"ok\":false,\"error\":\"unavailable\","
                    "\"message\":\"It does not work just now.\"}");
        return;
    }

    result = cJSON_PrintUnformatted(answer);
    if (result == NULL) {
        tool_end(t, "{\"ok\":false,\"error\":\"unavailable\"}");
        return;
    }

    tool_end(t, result);
    cJSON_free(result);
}

static void
tool_end(reply_tool_t *t, const char *result)
{
    int      current;
    reply_t *reply = t->reply;

    (void) context_add(reply->context, LLM_TOOL_CALL, t->args, t->name,
                       t->id);
    (void) context_add(reply->context, LLM_TOOL_RESULT, result, t->name,
                       t->id);

    reply->events->on_tool(reply->data, t->name, t->args, result,
                           uv_now(reply->llm.loop) - t->begun_ms);

    current = reply->active && t->request == reply->request;
    tool_destroy(t);

    if (current) {
        reply->running--;
        reply_next_round(reply);
    }
}

static void
tool_destroy(reply_tool_t *t)
{
    store_cancel(&t->stored);
    TAILQ_REMOVE(&t->reply->tools, t, next);
    free(t->id);
    free(t->name);
    free(t->args);
    free(t);
}

static int64_t
wall_clock_ms(void)
{
    struct timespec now;

    (void) clock_gettime(CLOCK_REALTIME, &now);

    return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
