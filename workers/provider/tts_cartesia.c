/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

#include "net/ws.h"
#include "provider/tts_session.h"

/*
 * Cartesia: one socket for a call, on it a context for an answer, to which
 * sentences are added as they come. Each input is generated at once (no
 * buffering there: sentences are cut here), and a flush_done ends its audio.
 *
 * A context dies a second after its last audio and counts as active until it
 * is ended, so it is ended when nothing was said for half of that; what is
 * said then begins another.
 */
#define CARTESIA_VERSION  "2026-03-01"
#define CARTESIA_MODEL    "sonic-3"
#define CARTESIA_GRACE_MS 500
/* A socket that lived no longer was not closed for being idle. */
#define CARTESIA_IDLE_MS  10000

typedef struct {
    ws_t    *ws;
    uint64_t opened_ms;
    uint64_t silent_ms; /* since when the context has nothing to say */
    uint32_t contexts;
    char     prefix[20];
    char     context[40]; /* "": there is none */
    uint64_t samples;     /* of its jobs that are done */
    unsigned is_last:1;   /* no more inputs: it is ending */
} cartesia_t;

static int  cartesia_tts_open(tts_t *tts);
static int  cartesia_open(tts_session_t *s);
static int  cartesia_start(tts_session_t *s, tts_job_t *job);
static int  cartesia_connect(tts_session_t *s);
static int  cartesia_input(tts_session_t *s, const char *text, int more);
static void cartesia_stop(tts_session_t *s, tts_job_t *job);
static void cartesia_tick(tts_session_t *s, uint64_t now_ms);
static void cartesia_whole(tts_session_t *s);
static void cartesia_end(tts_session_t *s);
static void cartesia_close(tts_session_t *s);
static void cartesia_on_text(void *data, const char *text, size_t length);
static void cartesia_on_message(tts_session_t *s, const cJSON *json);
static void cartesia_words(tts_session_t *s, const cJSON *times);
static void cartesia_job_done(tts_session_t *s);
static void cartesia_on_error(tts_session_t *s, const cJSON *json);
static void cartesia_on_closed(void *data, int code, const char *text,
                               const fault_t *fault);

static const tts_vendor_t cartesia = {
    .service = "cartesia",
    .url = "https://api.cartesia.ai",
    .form = TTS_FORM_ULAW,
    .rate_hz = 8000,
    .ahead = 3,
    .in_turn = 1,
    .needs_key = 1,
    .needs_voice = 1,
    .open = cartesia_open,
    .start = cartesia_start,
    .stop = cartesia_stop,
    .tick = cartesia_tick,
    .whole = cartesia_whole,
    .close = cartesia_close,
};

const tts_provider_t tts_cartesia = {
    .name = "cartesia",
    .open = cartesia_tts_open,
    .say = tts_session_say,
    .cancel = tts_session_cancel,
    .close = tts_session_close,
    .whole = tts_session_whole,
};

static const ws_events_t cartesia_events = {
    .on_text = cartesia_on_text,
    .on_closed = cartesia_on_closed,
};

static int
cartesia_tts_open(tts_t *tts)
{
    return tts_session_open(tts, &cartesia);
}

/* Connected while the call still rings, so that no sentence waits for it. */
static int
cartesia_open(tts_session_t *s)
{
    uint64_t    chance;
    cartesia_t *c;

    c = calloc(1, sizeof(cartesia_t));
    if (c == NULL) {
        return -ENOMEM;
    }

    s->impl = c;
    if (RAND_bytes((unsigned char *) &chance, sizeof(chance)) != 1) {
        chance = (uint64_t) (uintptr_t) c;
    }
    (void) snprintf(c->prefix, sizeof(c->prefix), "%016llx",
                    (unsigned long long) chance);
    (void) cartesia_connect(s);
    return 0;
}

static int
cartesia_connect(tts_session_t *s)
{
    char         url[TTS_URL_MAX], key[640];
    cartesia_t  *c = s->impl;
    ws_options_t options = { .connect_ms = TTS_FIRST_MS };

    const char *const headers[] = { key, "Cartesia-Version: " CARTESIA_VERSION,
                                    NULL };

    if (c->ws != NULL) {
        return 0;
    }

    tts_session_url(s, url, "ws", "/tts/websocket");
    (void) snprintf(key, sizeof(key), "X-API-Key: %s", s->config->access.key);
    (void) tts_session_peer(s, &options.peer, url);
    options.headers = headers;
    c->context[0] = '\0';
    c->opened_ms = tts_session_now(s);
    return ws_open(&c->ws, s->config->access.net, &options, &cartesia_events,
                   s);
}

static int
cartesia_start(tts_session_t *s, tts_job_t *job)
{
    int         rc;
    cartesia_t *c = s->impl;

    rc = cartesia_connect(s);
    if (rc < 0) {
        return rc;
    }

    if (c->context[0] == '\0') {
        (void) snprintf(c->context, sizeof(c->context), "%s-%u", c->prefix,
                        ++c->contexts);
        c->samples = 0;
    }

    c->silent_ms = 0;
    return cartesia_input(s, job->clean.text, 1);
}

/* All but the text is the same in each input of a context. */
static int
cartesia_input(tts_session_t *s, const char *text, int more)
{
    int                 rc;
    char               *line, language[9];
    cJSON              *json = cJSON_CreateObject(), *part;
    cartesia_t         *c = s->impl;
    const tts_config_t *config = s->config;
    const char         *model = config->access.model;
    const char         *spoken = config->language;

    (void) cJSON_AddStringToObject(
        json, "model_id",
        model != NULL && model[0] != '\0' ? model : CARTESIA_MODEL);
    (void) cJSON_AddStringToObject(json, "transcript", text);
    part = cJSON_AddObjectToObject(json, "voice");
    (void) cJSON_AddStringToObject(part, "mode", "id");
    (void) cJSON_AddStringToObject(part, "id", config->voice);
    if (spoken != NULL && spoken[0] != '\0') {
        (void) snprintf(language, sizeof(language), "%.*s",
                        (int) strcspn(spoken, "-_"), spoken);
        (void) cJSON_AddStringToObject(json, "language", language);
    }
    (void) cJSON_AddStringToObject(json, "context_id", c->context);
    part = cJSON_AddObjectToObject(json, "output_format");
    (void) cJSON_AddStringToObject(part, "container", "raw");
    (void) cJSON_AddStringToObject(part, "encoding", "pcm_mulaw");
    (void) cJSON_AddNumberToObject(part, "sample_rate", 8000);
    (void) cJSON_AddBoolToObject(json, "continue", more);
    (void) cJSON_AddNumberToObject(json, "max_buffer_delay_ms", 0);
    (void) cJSON_AddTrueToObject(json, "add_timestamps");
    (void) cJSON_AddFalseToObject(json, "use_normalized_timestamps");
    if (config->speed > 0.0f
        && (config->speed < 0.999f || config->speed > 1.001f))
    {
        part = cJSON_AddObjectToObject(json, "generation_config");
        (void) cJSON_AddNumberToObject(part, "speed",
                                       (double) config->speed);
    }

    line = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    if (line == NULL) {
        return -ENOMEM;
    }

    rc = ws_send_text(c->ws, line, strlen(line));
    free(line);
    return rc;
}

/* What still comes of it is known by its context, and dropped. */
static void
cartesia_stop(tts_session_t *s, tts_job_t *job)
{
    char        line[96];
    cartesia_t *c = s->impl;

    /* Who does not answer one, will not answer the next. */
    if (job->state == TTS_JOB_FAILED && job->samples == 0
        && job->fault.kind == FAULT_LOST)
    {
        ws_destroy(c->ws);
        c->ws = NULL;
        c->context[0] = '\0';
    }

    if (c->ws == NULL || c->context[0] == '\0') {
        return;
    }

    (void) snprintf(line, sizeof(line),
                    "{\"context_id\":\"%s\",\"cancel\":true}", c->context);
    (void) ws_send_text(c->ws, line, strlen(line));
    c->context[0] = '\0';
}

static void
cartesia_tick(tts_session_t *s, uint64_t now_ms)
{
    cartesia_t *c = s->impl;

    if (c->context[0] == '\0' || tts_session_turn(s) != NULL) {
        s->ticks = c->context[0] != '\0';
        return;
    }

    if (c->silent_ms == 0) {
        c->silent_ms = now_ms;
    }

    if (now_ms - c->silent_ms >= CARTESIA_GRACE_MS) {
        cartesia_end(s);
    }
}

static void
cartesia_whole(tts_session_t *s)
{
    cartesia_t *c = s->impl;
    tts_job_t  *job;

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_WAITING || job->state == TTS_JOB_STARTED) {
            return; /* the tick sees to it */
        }
    }

    if (c->context[0] != '\0') {
        cartesia_end(s);
    }
}

static void
cartesia_end(tts_session_t *s)
{
    cartesia_t *c = s->impl;

    if (c->ws != NULL) {
        (void) cartesia_input(s, "", 0);
    }

    c->context[0] = '\0';
    s->ticks = 0;
}

static void
cartesia_close(tts_session_t *s)
{
    cartesia_t *c = s->impl;

    if (c != NULL) {
        if (c->ws != NULL) {
            ws_destroy(c->ws);
        }
        free(c);
    }
}

static void
cartesia_on_text(void *data, const char *text, size_t length)
{
    cJSON         *json = cJSON_ParseWithLength(text, length);
    tts_session_t *s = data;

    tts_session_enter(s);

    if (cJSON_IsObject(json)) {
        cartesia_on_message(s, json);
    } else if (tts_session_turn(s) != NULL) {
        tts_job_fail(tts_session_turn(s),
                     &(fault_t){ FAULT_INVALID, 0, "a message that is none" });
    }

    cJSON_Delete(json);
    tts_session_leave(s);
}

static void
cartesia_on_message(tts_session_t *s, const cJSON *json)
{
    cartesia_t *c = s->impl;
    tts_job_t  *job = tts_session_turn(s);
    const char *type = tts_json_text(json, "type");
    const char *context = tts_json_text(json, "context_id");

    if (type == NULL) {
        return;
    }

    if (strcmp(type, "error") == 0) {
        if (context == NULL || strcmp(context, c->context) == 0) {
            cartesia_on_error(s, json);
        }
        return;
    }

    /* Of what was canceled, or of somebody else: never heard. */
    if (context == NULL || c->context[0] == '\0'
        || strcmp(context, c->context) != 0)
    {
        return;
    }

    if (strcmp(type, "chunk") == 0) {
        context = tts_json_text(json, "data");
        if (job != NULL && context != NULL) {
            tts_job_base64_whole(job, context);
        }
    } else if (strcmp(type, "timestamps") == 0) {
        cartesia_words(s, cJSON_GetObjectItemCaseSensitive(
                              json, "word_timestamps"));
    } else if (strcmp(type, "flush_done") == 0) {
        cartesia_job_done(s);
    } else if (strcmp(type, "done") == 0) {
        /* All of them, though only we end contexts: it knows no more. */
        c->context[0] = '\0';
        while ((job = tts_session_turn(s)) != NULL) {
            tts_job_done(job);
            if (tts_session_turn(s) != NULL) {
                tts_session_turn(s)->may_be_empty = 1;
            }
        }
    }
}

/* Seconds of the context; those of a job begin with its own audio. */
static void
cartesia_words(tts_session_t *s, const cJSON *times)
{
    double       base;
    cartesia_t  *c = s->impl;
    tts_job_t   *job = tts_session_turn(s);
    const cJSON *word, *begin, *end;

    word = cJSON_GetObjectItemCaseSensitive(times, "words");
    begin = cJSON_GetObjectItemCaseSensitive(times, "start");
    end = cJSON_GetObjectItemCaseSensitive(times, "end");
    if (job == NULL || !cJSON_IsArray(word) || !cJSON_IsArray(begin)
        || !cJSON_IsArray(end))
    {
        return;
    }

    base = (double) c->samples / 8000.0;
    word = word->child;
    begin = begin->child;
    end = end->child;

    while (word != NULL && begin != NULL && end != NULL) {
        if (cJSON_IsString(word) && cJSON_IsNumber(begin)
            && cJSON_IsNumber(end))
        {
            tts_job_word(job, word->valuestring, begin->valuedouble - base,
                         end->valuedouble - base);
        }
        word = word->next;
        begin = begin->next;
        end = end->next;
    }
}

static void
cartesia_job_done(tts_session_t *s)
{
    cartesia_t *c = s->impl;
    tts_job_t  *job = tts_session_turn(s);

    if (job == NULL) {
        return;
    }

    tts_job_done(job);
    c->samples += job->samples;
    c->silent_ms = tts_session_now(s);
    s->ticks = 1;
}

/*
 * Before 2026-03-01 an error is "error": "Title: text", and then a name and
 * more; both have a status. The context is gone with it.
 */
static void
cartesia_on_error(tts_session_t *s, const cJSON *json)
{
    char         reason[TTS_REASON_MAX];
    fault_t      fault = { FAULT_LOST, 0, reason };
    cartesia_t  *c = s->impl;
    tts_job_t   *job = tts_session_turn(s);
    const char  *code = tts_json_text(json, "error_code");
    const cJSON *status = cJSON_GetObjectItemCaseSensitive(json,
                                                           "status_code");
    int          number = cJSON_IsNumber(status) ? status->valueint : 500;

    fault.kind = number == 400 || number == 422
                     ? FAULT_INVALID
                     : http_fault_of(number);
    fault.kind = tts_fault_of(code, fault.kind);
    (void) snprintf(reason, sizeof(reason), "status %d", number);

    if (fault.kind == FAULT_REFUSED) {
        tts_session_refuse(s, &fault);
        return;
    }

    if (job == NULL) {
        c->context[0] = '\0';
        return;
    }

    /* It was too late for this context: another one will do. */
    if (fault.kind == FAULT_INVALID && c->samples > 0 && job->samples == 0
        && job->attempts < 2)
    {
        c->context[0] = '\0';
        tts_session_lost(s, &(fault_t){ FAULT_LOST, 0, reason });
        return;
    }

    tts_job_fail(job, &fault);
}

static void
cartesia_on_closed(void *data, int code, const char *text, const fault_t *fault)
{
    fault_t        lost = { FAULT_LOST, 0, "the connection was closed" };
    tts_session_t *s = data;
    cartesia_t    *c = s->impl;
    int            idle;

    (void) code;
    (void) text;

    tts_session_enter(s);
    ws_destroy(c->ws);
    c->ws = NULL;
    c->context[0] = '\0';
    idle = tts_session_turn(s) == NULL
           && tts_session_now(s) - c->opened_ms >= CARTESIA_IDLE_MS;
    tts_session_lost(s, fault != NULL ? fault : &lost);

    /* After five minutes without a word: the next one shall not wait. */
    if (idle && !s->is_refused) {
        (void) cartesia_connect(s);
    }

    tts_session_leave(s);
}
