/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/ws.h"
#include "provider/tts_session.h"

/*
 * Deepgram Aura: one socket for a call. Its audio bears no name, so what it
 * belongs to is a matter of order: a sentence ends with Flushed, and what
 * comes between Clear and Cleared belongs to what was canceled.
 *
 * A socket takes twenty Flush a minute and lives for an hour: one that is
 * about to reach either is replaced between two sentences.
 */
#define DEEPGRAM_MODEL      "aura-2-thalia-en"
#define DEEPGRAM_TEXT_MAX   2000
#define DEEPGRAM_FLUSHES    19
#define DEEPGRAM_FLUSHES_MS 60000
#define DEEPGRAM_LIFE_MS    (55u * 60000)
#define DEEPGRAM_IDLE_MS    10000

typedef struct {
    ws_t    *ws;
    uint64_t opened_ms;
    uint64_t flushed_ms[DEEPGRAM_FLUSHES]; /* when, in a circle */
    unsigned flushes;
    unsigned clears; /* Clear that no Cleared has answered */
    unsigned is_worn:1; /* it warned: another one, when nothing is under way */
} deepgram_t;

static int  deepgram_tts_open(tts_t *tts);
static int  deepgram_open(tts_session_t *s);
static int  deepgram_connect(tts_session_t *s);
static int  deepgram_start(tts_session_t *s, tts_job_t *job);
static int  deepgram_is_worn(const tts_session_t *s, const deepgram_t *d);
static int  deepgram_speak(deepgram_t *d, const char *text, size_t length);
static void deepgram_stop(tts_session_t *s, tts_job_t *job);
static void deepgram_drop(deepgram_t *d);
static void deepgram_close(tts_session_t *s);
static void deepgram_on_text(void *data, const char *text, size_t length);
static void deepgram_on_binary(void *data, const uint8_t *bytes,
                               size_t length);
static void deepgram_on_closed(void *data, int code, const char *text,
                               const fault_t *fault);

static const tts_vendor_t deepgram = {
    .service = "deepgram-tts",
    .url = "https://api.deepgram.com",
    .form = TTS_FORM_ULAW,
    .rate_hz = 8000,
    .ahead = 2,
    .in_turn = 1,
    .needs_key = 1,
    .open = deepgram_open,
    .start = deepgram_start,
    .stop = deepgram_stop,
    .close = deepgram_close,
};

const tts_provider_t tts_deepgram = {
    .name = "deepgram",
    .open = deepgram_tts_open,
    .say = tts_session_say,
    .cancel = tts_session_cancel,
    .close = tts_session_close,
};

static const ws_events_t deepgram_events = {
    .on_text = deepgram_on_text,
    .on_binary = deepgram_on_binary,
    .on_closed = deepgram_on_closed,
};

static int
deepgram_tts_open(tts_t *tts)
{
    return tts_session_open(tts, &deepgram);
}

static int
deepgram_open(tts_session_t *s)
{
    s->impl = calloc(1, sizeof(deepgram_t));
    if (s->impl == NULL) {
        return -ENOMEM;
    }

    (void) deepgram_connect(s);
    return 0;
}

/* The voice is the model; it and the format are the socket's. */
static int
deepgram_connect(tts_session_t *s)
{
    char         url[TTS_URL_MAX], key[640], speed[32];
    deepgram_t  *d = s->impl;
    const char  *model = s->config->voice;
    ws_options_t options = { .connect_ms = TTS_FIRST_MS };

    const char *const headers[] = { key, NULL };

    if (d->ws != NULL) {
        return 0;
    }

    if (model == NULL || model[0] == '\0') {
        model = s->config->access.model;
    }

    tts_session_url(s, url, "ws", "/v1/speak");
    tts_url_put(url, "?model=",
                model != NULL && model[0] != '\0' ? model : DEEPGRAM_MODEL);
    tts_url_put(url, "&encoding=mulaw&sample_rate=8000&container=none", NULL);
    if (s->config->speed > 0.0f
        && (s->config->speed < 0.999f || s->config->speed > 1.001f))
    {
        (void) snprintf(speed, sizeof(speed), "%.2f",
                        (double) s->config->speed);
        tts_url_put(url, "&speed=", speed);
    }

    (void) snprintf(key, sizeof(key), "Authorization: Token %s",
                    s->config->access.key);
    (void) tts_session_peer(s, &options.peer, url);
    options.headers = headers;
    d->opened_ms = tts_session_now(s);
    d->clears = 0;
    d->flushes = 0;
    d->is_worn = 0;
    return ws_open(&d->ws, s->config->access.net, &options, &deepgram_events,
                   s);
}

static int
deepgram_start(tts_session_t *s, tts_job_t *job)
{
    int         rc;
    size_t      cut, left = job->clean.length;
    const char *at = job->clean.text;
    deepgram_t *d = s->impl;

    if (d->ws != NULL && deepgram_is_worn(s, d)) {
        /* The job before this one still speaks there: later, then. */
        if (tts_session_turn(s) != job) {
            return -EAGAIN;
        }
        deepgram_drop(d);
    }

    rc = deepgram_connect(s);
    while (rc == 0 && left > 0) {
        cut = left;
        if (cut > DEEPGRAM_TEXT_MAX) {
            for (cut = DEEPGRAM_TEXT_MAX; cut > 1 && at[cut - 1] != ' ';) {
                cut--;
            }
            cut = cut > 1 ? cut : DEEPGRAM_TEXT_MAX;
        }
        rc = deepgram_speak(d, at, cut);
        at += cut;
        left -= cut;
    }

    if (rc == 0) {
        d->flushed_ms[d->flushes++ % DEEPGRAM_FLUSHES] = tts_session_now(s);
        rc = ws_send_text(d->ws, "{\"type\":\"Flush\"}", 16);
    }

    return rc == -EAGAIN ? -ENOBUFS : rc;
}

static int
deepgram_is_worn(const tts_session_t *s, const deepgram_t *d)
{
    uint64_t now = tts_session_now(s);

    return d->is_worn || now - d->opened_ms >= DEEPGRAM_LIFE_MS
           || (d->flushes >= DEEPGRAM_FLUSHES
               && now - d->flushed_ms[d->flushes % DEEPGRAM_FLUSHES]
                      < DEEPGRAM_FLUSHES_MS);
}

static int
deepgram_speak(deepgram_t *d, const char *text, size_t length)
{
    int    rc;
    char  *line, *piece = strndup(text, length);
    cJSON *json = cJSON_CreateObject();

    (void) cJSON_AddStringToObject(json, "type", "Speak");
    (void) cJSON_AddStringToObject(json, "text", piece != NULL ? piece : "");
    line = cJSON_PrintUnformatted(json);
    cJSON_Delete(json);
    free(piece);
    if (line == NULL) {
        return -ENOMEM;
    }

    rc = ws_send_text(d->ws, line, strlen(line));
    free(line);
    return rc;
}

/* Of all that is under way, but once. */
static void
deepgram_stop(tts_session_t *s, tts_job_t *job)
{
    deepgram_t *d = s->impl;
    tts_job_t  *first = tts_session_turn(s);

    if (d->ws == NULL
        || (first != NULL && first != job && job->state == TTS_JOB_STARTED))
    {
        return;
    }

    if (job->samples == 0 && job->state == TTS_JOB_FAILED) {
        /* It does not answer: what it may still say would be mistaken. */
        deepgram_drop(d);
        return;
    }

    if (ws_send_text(d->ws, "{\"type\":\"Clear\"}", 16) == 0) {
        d->clears++;
    } else {
        deepgram_drop(d);
    }
}

static void
deepgram_drop(deepgram_t *d)
{
    if (d->ws != NULL) {
        ws_destroy(d->ws);
        d->ws = NULL;
    }
}

static void
deepgram_close(tts_session_t *s)
{
    deepgram_t *d = s->impl;

    if (d != NULL) {
        deepgram_drop(d);
        free(d);
    }
}

static void
deepgram_on_binary(void *data, const uint8_t *bytes, size_t length)
{
    tts_session_t *s = data;
    deepgram_t    *d = s->impl;
    tts_job_t     *job = tts_session_turn(s);

    if (d->clears > 0 || job == NULL) {
        return; /* of what was canceled */
    }

    tts_session_enter(s);
    tts_job_bytes(job, bytes, length);
    tts_session_leave(s);
}

static void
deepgram_on_text(void *data, const char *text, size_t length)
{
    cJSON         *json = cJSON_ParseWithLength(text, length);
    const char    *type = tts_json_text(json, "type");
    tts_session_t *s = data;
    deepgram_t    *d = s->impl;
    tts_job_t     *job = tts_session_turn(s);

    tts_session_enter(s);

    if (type == NULL) {
        if (job != NULL && d->clears == 0) {
            tts_job_fail(job, &(fault_t){ FAULT_INVALID, 0,
                                          "a message that is none" });
        }
    } else if (strcmp(type, "Flushed") == 0) {
        if (job != NULL && d->clears == 0) {
            tts_job_done(job);
        }
    } else if (strcmp(type, "Cleared") == 0) {
        if (d->clears > 0) {
            d->clears--;
        }
    } else if (strcmp(type, "Warning") == 0) {
        d->is_worn = 1;
    } else if (strcmp(type, "Error") == 0 && job != NULL) {
        tts_job_fail(job, &(fault_t){ FAULT_LOST, 0, "it told of an error" });
    }

    cJSON_Delete(json);
    tts_session_leave(s);
}

static void
deepgram_on_closed(void *data, int code, const char *text, const fault_t *fault)
{
    int            idle;
    fault_t        why = { FAULT_LOST, 0, "the connection was closed" };
    tts_session_t *s = data;
    deepgram_t    *d = s->impl;

    (void) text;

    tts_session_enter(s);
    deepgram_drop(d);
    if (fault != NULL) {
        why = *fault;
    }

    /* 1008 and 1009: what it was sent is none of what it takes. */
    if (code == 1008 || code == 1009) {
        why.kind = FAULT_INVALID;
        why.reason = "it does not take the text";
    }

    idle = tts_session_turn(s) == NULL
           && tts_session_now(s) - d->opened_ms >= DEEPGRAM_IDLE_MS;
    tts_session_lost(s, &why);
    if (idle && !s->is_refused) {
        (void) deepgram_connect(s);
    }

    tts_session_leave(s);
}
