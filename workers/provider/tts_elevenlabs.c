/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/ws.h"
#include "provider/tts_align.h"
#include "provider/tts_rest.h"

/*
 * ElevenLabs: one socket for a call, a context for each sentence, so that its
 * end is known. Five contexts may live on a socket, a sixth kills it: each is
 * closed as soon as its text is sent, and those that were canceled count
 * until the service says that they are over.
 *
 * Where that way is not open (plan, model), a socket for each sentence is,
 * and where that is not either, a request.
 */
#define ELEVEN_MODEL       "eleven_flash_v2_5"
#define ELEVEN_CONTEXTS    5
#define ELEVEN_INACTIVE_S  "180"
#define ELEVEN_OVERDUE_MS  1000
#define ELEVEN_IDLE_MS     10000

typedef enum {
    ELEVEN_MULTI,
    ELEVEN_SINGLE,
    ELEVEN_HTTP
} eleven_e;

typedef struct {
    uint32_t number;    /* of its job; 0: there is none */
    uint64_t stopped_ms; /* when it was canceled; 0: it was not */
} context_t;

/* A sentence under way: job->impl, but of those that are requests. */
typedef struct {
    tts_align_t align;
    tts_job_t  *job;
    ws_t       *ws; /* its own */
    unsigned    opened:1;
} voice_t;

typedef struct {
    eleven_e  mode;
    ws_t     *ws; /* of all contexts */
    uint64_t  opened_ms;
    unsigned  opened:1;
    unsigned  has_fault:1; /* told before it closes */
    fault_t   fault;
    char      reason[TTS_REASON_MAX];
    context_t contexts[ELEVEN_CONTEXTS];
} eleven_t;

static int  eleven_tts_open(tts_t *tts);
static int  eleven_open(tts_session_t *s);
static int  eleven_connect(tts_session_t *s);
static int  eleven_ws(tts_session_t *s, ws_t **wp, const char *how,
                      const ws_events_t *events, void *data);
static int  eleven_start(tts_session_t *s, tts_job_t *job);
static int  eleven_start_multi(tts_session_t *s, tts_job_t *job);
static int  eleven_start_single(tts_session_t *s, tts_job_t *job);
static int  eleven_start_http(tts_session_t *s, tts_job_t *job);
static int  eleven_say(ws_t *ws, tts_session_t *s, tts_job_t *job,
                       const char *context);
static int  eleven_send(ws_t *ws, cJSON *json);
static void eleven_settings(tts_session_t *s, cJSON *json);
static void eleven_stop(tts_session_t *s, tts_job_t *job);
static void eleven_voice_free(tts_job_t *job);
static void eleven_drop(eleven_t *e);
static void eleven_close(tts_session_t *s);
static void eleven_on_open(void *data, const http_head_t *head);
static void eleven_on_text(void *data, const char *text, size_t length);
static void eleven_on_closed(void *data, int code, const char *text,
                             const fault_t *fault);
static void eleven_single_on_open(void *data, const http_head_t *head);
static void eleven_single_on_text(void *data, const char *text,
                                  size_t length);
static void eleven_single_on_closed(void *data, int code, const char *text,
                                    const fault_t *fault);
static void eleven_audio(tts_job_t *job, const cJSON *json);
static void eleven_done(tts_session_t *s, tts_job_t *job);
static int  eleven_is_final(const cJSON *json);
static int  eleven_told(eleven_t *e, const cJSON *json);
static int  eleven_fall(tts_session_t *s, const fault_t *fault, int opened,
                        const char *body);

static const tts_vendor_t elevenlabs = {
    .service = "elevenlabs",
    .url = "https://api.elevenlabs.io",
    .form = TTS_FORM_ULAW,
    .rate_hz = 8000,
    .ahead = 2,
    .needs_key = 1,
    .needs_voice = 1,
    .open = eleven_open,
    .start = eleven_start,
    .stop = eleven_stop,
    .close = eleven_close,
};

const tts_provider_t tts_elevenlabs = {
    .name = "elevenlabs",
    .open = eleven_tts_open,
    .say = tts_session_say,
    .cancel = tts_session_cancel,
    .close = tts_session_close,
};

static const ws_events_t eleven_events = {
    .on_open = eleven_on_open,
    .on_text = eleven_on_text,
    .on_closed = eleven_on_closed,
};

static const ws_events_t eleven_single_events = {
    .on_open = eleven_single_on_open,
    .on_text = eleven_single_on_text,
    .on_closed = eleven_single_on_closed,
};

static int
eleven_tts_open(tts_t *tts)
{
    return tts_session_open(tts, &elevenlabs);
}

static int
eleven_open(tts_session_t *s)
{
    s->impl = calloc(1, sizeof(eleven_t));
    if (s->impl == NULL) {
        return -ENOMEM;
    }

    (void) eleven_connect(s);
    return 0;
}

static int
eleven_connect(tts_session_t *s)
{
    eleven_t *e = s->impl;

    if (e->ws != NULL) {
        return 0;
    }

    memset(e->contexts, 0, sizeof(e->contexts));
    e->opened_ms = tts_session_now(s);
    e->opened = 0;
    e->has_fault = 0;
    return eleven_ws(s, &e->ws, "/multi-stream-input", &eleven_events, s);
}

static int
eleven_ws(tts_session_t *s, ws_t **wp, const char *how,
          const ws_events_t *events, void *data)
{
    char         url[TTS_URL_MAX], key[640], language[9];
    const char  *model = s->config->access.model;
    const char  *spoken = s->config->language;
    ws_options_t options = { .connect_ms = TTS_FIRST_MS };

    const char *const headers[] = { key, NULL };

    model = model != NULL && model[0] != '\0' ? model : ELEVEN_MODEL;
    tts_session_url(s, url, "ws", "/v1/text-to-speech/");
    tts_url_put(url, "", s->config->voice);
    tts_url_put(url, how, NULL);
    tts_url_put(url, "?model_id=", model);
    tts_url_put(url, "&output_format=ulaw_8000&auto_mode=true", NULL);
    tts_url_put(url, "&sync_alignment=true&inactivity_timeout=",
                ELEVEN_INACTIVE_S);

    /* Other models take the language from the text, and refuse to be told. */
    if (spoken != NULL && spoken[0] != '\0' && strstr(model, "v2_5") != NULL) {
        (void) snprintf(language, sizeof(language), "%.*s",
                        (int) strcspn(spoken, "-_"), spoken);
        tts_url_put(url, "&language_code=", language);
    }

    (void) snprintf(key, sizeof(key), "xi-api-key: %s", s->config->access.key);
    (void) tts_session_peer(s, &options.peer, url);
    options.headers = headers;
    return ws_open(wp, s->config->access.net, &options, events, data);
}

static int
eleven_start(tts_session_t *s, tts_job_t *job)
{
    eleven_t *e = s->impl;

    switch (e->mode) {
    case ELEVEN_MULTI:
        return eleven_start_multi(s, job);
    case ELEVEN_SINGLE:
        return eleven_start_single(s, job);
    default:
        return eleven_start_http(s, job);
    }
}

static int
eleven_start_multi(tts_session_t *s, tts_job_t *job)
{
    int        rc;
    char       name[16];
    voice_t   *v;
    eleven_t  *e = s->impl;
    uint64_t   now = tts_session_now(s);
    context_t *room = NULL, *overdue = NULL;

    for (size_t i = 0; i < ELEVEN_CONTEXTS; i++) {
        if (e->contexts[i].number == 0) {
            room = &e->contexts[i];
        } else if (e->contexts[i].stopped_ms != 0
                   && now - e->contexts[i].stopped_ms >= ELEVEN_OVERDUE_MS)
        {
            overdue = &e->contexts[i];
        }
    }

    if (e->ws != NULL && room == NULL) {
        if (overdue == NULL || tts_session_turn(s) != job) {
            return -EAGAIN;
        }
        eleven_drop(e);
    }

    rc = eleven_connect(s);
    if (rc < 0) {
        return rc;
    }

    v = calloc(1, sizeof(voice_t));
    if (v == NULL) {
        return -ENOMEM;
    }

    v->job = job;
    job->impl = v;
    room = room != NULL ? room : &e->contexts[0];
    room->number = job->number;
    room->stopped_ms = 0;
    (void) snprintf(name, sizeof(name), "s%u", job->number);

    rc = eleven_say(e->ws, s, job, name);
    if (rc < 0) {
        eleven_voice_free(job);
    }

    return rc;
}

static int
eleven_start_single(tts_session_t *s, tts_job_t *job)
{
    int      rc;
    voice_t *v;

    v = calloc(1, sizeof(voice_t));
    if (v == NULL) {
        return -ENOMEM;
    }

    v->job = job;
    job->impl = v;
    rc = eleven_ws(s, &v->ws, "/stream-input", &eleven_single_events, v);
    if (rc == 0) {
        rc = eleven_say(v->ws, s, job, NULL);
    }

    if (rc < 0) {
        eleven_voice_free(job);
    }

    return rc;
}

static int
eleven_start_http(tts_session_t *s, tts_job_t *job)
{
    char        url[TTS_URL_MAX], key[TTS_HEADER_MAX];
    cJSON      *body = cJSON_CreateObject();
    const char *model = s->config->access.model;

    const char *const headers[] = { "Content-Type: application/json", key,
                                    NULL };

    tts_session_url(s, url, "http", "/v1/text-to-speech/");
    tts_url_put(url, "", s->config->voice);
    tts_url_put(url, "/stream?output_format=ulaw_8000", NULL);
    (void) snprintf(key, sizeof(key), "xi-api-key: %s", s->config->access.key);
    (void) cJSON_AddStringToObject(body, "text", job->clean.text);
    (void) cJSON_AddStringToObject(
        body, "model_id",
        model != NULL && model[0] != '\0' ? model : ELEVEN_MODEL);
    eleven_settings(s, body);
    return tts_rest_start(job, &(tts_rest_t){ .url = url,
                                              .headers = headers,
                                              .body = body });
}

/* The first text is a blank; the context ends as soon as it has its text. */
static int
eleven_say(ws_t *ws, tts_session_t *s, tts_job_t *job, const char *context)
{
    int    rc;
    cJSON *json = cJSON_CreateObject();

    (void) cJSON_AddStringToObject(json, "text", " ");
    if (context != NULL) {
        (void) cJSON_AddStringToObject(json, "context_id", context);
    }
    eleven_settings(s, json);
    rc = eleven_send(ws, json);
    if (rc < 0) {
        return rc;
    }

    json = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(json, "text", job->clean.text);
    if (context != NULL) {
        (void) cJSON_AddStringToObject(json, "context_id", context);
    }
    (void) cJSON_AddTrueToObject(json, "flush");
    rc = eleven_send(ws, json);
    if (rc < 0) {
        return rc;
    }

    json = cJSON_CreateObject();
    if (context != NULL) {
        (void) cJSON_AddStringToObject(json, "context_id", context);
        (void) cJSON_AddTrueToObject(json, "close_context");
    } else {
        (void) cJSON_AddStringToObject(json, "text", "");
    }

    return eleven_send(ws, json);
}

static int
eleven_send(ws_t *ws, cJSON *json)
{
    int   rc;
    char *line = cJSON_PrintUnformatted(json);

    cJSON_Delete(json);
    if (line == NULL) {
        return -ENOMEM;
    }

    rc = ws_send_text(ws, line, strlen(line));
    free(line);
    return rc == -EAGAIN ? -ENOBUFS : rc;
}

static void
eleven_settings(tts_session_t *s, cJSON *json)
{
    cJSON *settings = cJSON_AddObjectToObject(json, "voice_settings");
    double speed = (double) s->config->speed;

    (void) cJSON_AddNumberToObject(settings, "stability", 0.5);
    (void) cJSON_AddNumberToObject(settings, "similarity_boost", 0.75);
    if (speed > 0) {
        (void) cJSON_AddNumberToObject(settings, "speed",
                                       speed < 0.7   ? 0.7
                                       : speed > 1.2 ? 1.2
                                                     : speed);
    }
}

/* Its context was closed with its text: that again makes it end the sooner. */
static void
eleven_stop(tts_session_t *s, tts_job_t *job)
{
    char       name[16];
    cJSON     *json;
    eleven_t  *e = s->impl;
    tts_job_t *other;

    if (e->mode == ELEVEN_HTTP) {
        tts_rest_stop(s, job);
        return;
    }

    eleven_voice_free(job);
    if (e->mode != ELEVEN_MULTI || e->ws == NULL) {
        return;
    }

    /* Who does not answer one, will not answer the next. */
    if (job->state == TTS_JOB_FAILED && job->samples == 0
        && job->fault.kind == FAULT_LOST)
    {
        eleven_drop(e);
        TAILQ_FOREACH(other, &s->jobs, next) {
            if (other->state == TTS_JOB_STARTED) {
                eleven_voice_free(other);
            }
        }
        tts_session_lost(s, &job->fault);
        return;
    }

    for (size_t i = 0; i < ELEVEN_CONTEXTS; i++) {
        if (e->contexts[i].number != job->number) {
            continue;
        }

        e->contexts[i].stopped_ms = tts_session_now(s);
        (void) snprintf(name, sizeof(name), "s%u", job->number);
        json = cJSON_CreateObject();
        (void) cJSON_AddStringToObject(json, "context_id", name);
        (void) cJSON_AddTrueToObject(json, "close_context");
        (void) eleven_send(e->ws, json);
    }
}

static void
eleven_voice_free(tts_job_t *job)
{
    voice_t *v = job->impl;

    if (v != NULL) {
        ws_destroy(v->ws);
        free(v);
        job->impl = NULL;
    }
}

static void
eleven_drop(eleven_t *e)
{
    ws_destroy(e->ws);
    e->ws = NULL;
}

static void
eleven_close(tts_session_t *s)
{
    eleven_t *e = s->impl;

    if (e != NULL) {
        eleven_drop(e);
        free(e);
    }
}

static void
eleven_on_open(void *data, const http_head_t *head)
{
    tts_session_t *s = data;
    eleven_t      *e = s->impl;

    (void) head;
    e->opened = 1;
}

static void
eleven_on_text(void *data, const char *text, size_t length)
{
    cJSON         *json = cJSON_ParseWithLength(text, length);
    char           name[16];
    uint32_t       number = 0;
    const char    *context;
    tts_job_t     *job;
    tts_session_t *s = data;
    eleven_t      *e = s->impl;

    tts_session_enter(s);
    context = tts_json_text(json, "contextId");
    if (context == NULL) {
        context = tts_json_text(json, "context_id");
    }
    for (size_t i = 0; context != NULL && i < ELEVEN_CONTEXTS; i++) {
        (void) snprintf(name, sizeof(name), "s%u", e->contexts[i].number);
        if (e->contexts[i].number != 0 && strcmp(name, context) == 0) {
            number = e->contexts[i].number;
        }
    }

    job = tts_session_job(s, number);
    if (!cJSON_IsObject(json)) {
        job = tts_session_turn(s);
        if (job != NULL) {
            tts_job_fail(job, &(fault_t){ FAULT_INVALID, 0,
                                          "a message that is none" });
        }
    } else if (eleven_told(e, json)) {
        if (job != NULL) {
            tts_job_fail(job, &e->fault);
        }
    } else {
        if (job != NULL) {
            eleven_audio(job, json);
        }

        if (eleven_is_final(json)) {
            for (size_t i = 0; number != 0 && i < ELEVEN_CONTEXTS; i++) {
                if (e->contexts[i].number == number) {
                    e->contexts[i].number = 0;
                }
            }
            if (job != NULL) {
                eleven_done(s, job);
            }
        }
    }

    cJSON_Delete(json);
    tts_session_leave(s);
}

static void
eleven_on_closed(void *data, int code, const char *text, const fault_t *fault)
{
    int            idle;
    fault_t        why = { FAULT_LOST, 0, "the connection was closed" };
    tts_job_t     *job;
    tts_session_t *s = data;
    eleven_t      *e = s->impl;

    (void) code;

    tts_session_enter(s);
    eleven_drop(e);
    if (e->has_fault) {
        why = e->fault;
    } else if (fault != NULL) {
        why = *fault;
    }

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED) {
            eleven_voice_free(job);
        }
    }

    if (!eleven_fall(s, &why, e->opened, text)) {
        idle = tts_session_turn(s) == NULL
               && tts_session_now(s) - e->opened_ms >= ELEVEN_IDLE_MS;
        tts_session_lost(s, &why);
        if (idle && !s->is_refused) {
            (void) eleven_connect(s);
        }
    }

    tts_session_leave(s);
}

static void
eleven_single_on_open(void *data, const http_head_t *head)
{
    voice_t *v = data;

    (void) head;
    v->opened = 1;
}

static void
eleven_single_on_text(void *data, const char *text, size_t length)
{
    cJSON         *json = cJSON_ParseWithLength(text, length);
    voice_t       *v = data;
    tts_job_t     *job = v->job;
    tts_session_t *s = job->session;
    eleven_t      *e = s->impl;

    tts_session_enter(s);

    if (!cJSON_IsObject(json)) {
        tts_job_fail(job, &(fault_t){ FAULT_INVALID, 0,
                                      "a message that is none" });
    } else if (eleven_told(e, json)) {
        if (e->fault.kind == FAULT_REFUSED) {
            tts_session_refuse(s, &e->fault);
        }
        tts_job_fail(job, &e->fault);
    } else {
        eleven_audio(job, json);
        if (eleven_is_final(json)) {
            eleven_done(s, job);
        }
    }

    cJSON_Delete(json);
    tts_session_leave(s);
}

static void
eleven_single_on_closed(void *data, int code, const char *text,
                        const fault_t *fault)
{
    voice_t       *v = data;
    fault_t        why = { FAULT_LOST, 0, "the connection was closed" };
    tts_job_t     *job = v->job;
    tts_session_t *s = job->session;

    (void) code;

    tts_session_enter(s);
    if (fault != NULL) {
        why = *fault;
    }

    job->impl = NULL;
    if (v->opened || !eleven_fall(s, &why, 0, text)) {
        if (why.kind == FAULT_REFUSED) {
            tts_session_refuse(s, &why);
        }
        tts_job_fail(job, &why);
        job->stop_due = 0;
    }

    ws_destroy(v->ws);
    free(v);
    tts_session_leave(s);
}

static void
eleven_audio(tts_job_t *job, const cJSON *json)
{
    voice_t    *v = job->impl;
    const char *audio = tts_json_text(json, "audio");

    if (audio != NULL) {
        tts_job_base64_whole(job, audio);
    }

    if (v != NULL) {
        tts_align_feed(&v->align, job, json);
    }
}

static void
eleven_done(tts_session_t *s, tts_job_t *job)
{
    voice_t *v = job->impl;

    (void) s;

    if (v != NULL) {
        tts_align_end(&v->align, job);
    }

    tts_job_done(job);
    job->stop_due = 0;
    eleven_voice_free(job);
}

static int
eleven_is_final(const cJSON *json)
{
    return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "isFinal"))
           || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "is_final"));
}

/* Whether it tells of a fault; closing follows. */
static int
eleven_told(eleven_t *e, const cJSON *json)
{
    char        code[48];
    const char *error = tts_json_text(json, "error");

    if (error == NULL) {
        return 0;
    }

    (void) snprintf(code, sizeof(code), "%s", error);
    code[strspn(code, "abcdefghijklmnopqrstuvwxyz_+0123456789")] = '\0';
    e->fault.kind = tts_fault_of(code, FAULT_INVALID);
    e->fault.retry_ms = 0;
    (void) snprintf(e->reason, sizeof(e->reason), "it told of %s",
                    code[0] != '\0' ? code : "an error");
    e->fault.reason = e->reason;
    e->has_fault = 1;
    return 1;
}

/*
 * The next way when this one was not let in for a reason that is not the
 * key's or the money's.
 */
static int
eleven_fall(tts_session_t *s, const fault_t *fault, int opened,
            const char *body)
{
    char       reason[TTS_REASON_MAX];
    fault_t    why = *fault;
    eleven_t  *e = s->impl;
    tts_job_t *job;

    if (opened || e->mode == ELEVEN_HTTP
        || (fault->kind != FAULT_REFUSED && fault->kind != FAULT_INVALID))
    {
        return 0;
    }

    why.kind = FAULT_LOST;
    if (body != NULL) {
        tts_rest_fault(&why, reason, sizeof(reason), 500, body, strlen(body));
    }
    if (why.kind != FAULT_LOST) {
        return 0;
    }

    e->mode++;
    e->has_fault = 0;
    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED && job->samples == 0) {
            job->attempts--;
        }
    }

    why.reason = "not this way";
    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED) {
            eleven_voice_free(job);
        }
    }
    tts_session_lost(s, &why);
    return 1;
}
