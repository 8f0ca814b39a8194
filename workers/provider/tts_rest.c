/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/tts_rest.h"

/* Two minutes of 32 bit floats at 24 kHz, in base64: none of it is held. */
#define REST_ANSWER_MAX (16u << 20)
#define REST_ERROR_MAX  2048

typedef struct {
    tts_job_t   *job;
    http_t      *http;
    tts_member_t member;
    unsigned     has_member:1;
    unsigned     is_other:1; /* no audio, but what tells why */
    char         error[REST_ERROR_MAX];
    size_t       error_bytes;
} request_t;

static void rest_on_head(void *data, const http_head_t *head);
static void rest_on_body(void *data, const char *bytes, size_t length);
static void rest_on_done(void *data, int status, const fault_t *fault);
static int  rest_on_text(void *data, const char *text, size_t length);
static const char *rest_code(const cJSON *json);
static int  rest_is_name(const char *code);

static const http_events_t rest_events = {
    .on_head = rest_on_head,
    .on_body = rest_on_body,
    .on_done = rest_on_done,
};

int
tts_rest_start(tts_job_t *job, const tts_rest_t *rest)
{
    int            rc = -ENOMEM;
    char          *text;
    request_t     *r;
    tts_session_t *s = job->session;
    http_request_t what = { .method = "POST" };

    r = calloc(1, sizeof(request_t));
    text = rest->body != NULL ? cJSON_PrintUnformatted(rest->body) : NULL;
    cJSON_Delete(rest->body);
    if (r == NULL || text == NULL) {
        goto failed;
    }

    r->job = job;
    if (rest->member != NULL) {
        r->has_member = 1;
        tts_member_init(&r->member, rest->member, rest_on_text, r);
    }

    (void) tts_session_peer(s, &what.peer, rest->url);
    what.headers = rest->headers;
    what.body = text;
    what.body_bytes = strlen(text);
    what.answer_max = REST_ANSWER_MAX;
    what.deadlines.connect = TTS_FIRST_MS;
    what.deadlines.total = TTS_TOTAL_MS;

    rc = http_start(&r->http, s->config->access.net, &what, &rest_events, r);
    if (rc < 0) {
        goto failed;
    }

    free(text);
    job->impl = r;
    return 0;

failed:
    free(text);
    free(r);
    return rc;
}

void
tts_rest_stop(tts_session_t *s, tts_job_t *job)
{
    request_t *r = job->impl;

    (void) s;

    if (r != NULL) {
        job->impl = NULL;
        http_cancel(r->http);
        free(r);
    }
}

void
tts_rest_fault(fault_t *fault, char *reason, size_t room, int status,
               const char *body, size_t length)
{
    cJSON      *json = cJSON_ParseWithLength(body, length);
    const char *code = rest_code(json);

    if (status > 0) {
        /* These are of what was to be said, not of who asks. */
        fault->kind = tts_fault_of(code, status == 400 || status == 413
                                                 || status == 422
                                             ? FAULT_INVALID
                                             : http_fault_of(status));
        (void) snprintf(reason, room, "status %d%s%s", status,
                        code != NULL ? " " : "", code != NULL ? code : "");
        fault->reason = reason;
    }

    cJSON_Delete(json);
}

static void
rest_on_head(void *data, const http_head_t *head)
{
    request_t *r = data;

    r->is_other = head->status < 200 || head->status > 299;
    if (r->is_other) {
        return;
    }

    /* Of all that is no audio of ours, MP3 alone looks like samples. */
    if (!r->has_member
        && (strncmp(head->content_type, "audio/mp", 8) == 0
            || strncmp(head->content_type, "text/", 5) == 0
            || strncmp(head->content_type, "application/json", 16) == 0))
    {
        tts_session_enter(r->job->session);
        tts_job_fail(r->job,
                     &(fault_t){ FAULT_INVALID, 0,
                                 "audio of another kind than was asked for" });
        tts_session_leave(r->job->session);
    }
}

static void
rest_on_body(void *data, const char *bytes, size_t length)
{
    int            rc = 0;
    size_t         room;
    request_t     *r = data;
    tts_session_t *s = r->job->session;

    if (r->is_other) {
        room = sizeof(r->error) - r->error_bytes;
        room = length < room ? length : room;
        memcpy(r->error + r->error_bytes, bytes, room);
        r->error_bytes += room;
        return;
    }

    tts_session_enter(s);
    if (r->has_member) {
        rc = tts_member_feed(&r->member, bytes, length);
        if (rc < 0) {
            tts_job_fail(r->job, &(fault_t){ FAULT_INVALID, 0,
                                             "an answer that is broken" });
        }
    } else {
        tts_job_bytes(r->job, bytes, length);
    }
    tts_session_leave(s);
}

static void
rest_on_done(void *data, int status, const fault_t *fault)
{
    char           reason[TTS_REASON_MAX];
    fault_t        why;
    request_t     *r = data;
    tts_job_t     *job = r->job;
    tts_session_t *s = job->session;

    tts_session_enter(s);
    job->impl = NULL;

    if (fault == NULL) {
        if (r->has_member && r->member.found && !r->member.whole) {
            tts_job_fail(job, &(fault_t){ FAULT_INVALID, 0,
                                          "an answer that is broken" });
        }
        tts_job_done(job);
    } else {
        why = *fault;
        if (r->is_other) {
            tts_rest_fault(&why, reason, sizeof(reason), status, r->error,
                           r->error_bytes);
        }
        if (why.kind == FAULT_REFUSED) {
            tts_session_refuse(s, &why);
        }
        tts_job_fail(job, &why);
    }

    job->stop_due = 0;
    free(r);
    tts_session_leave(s);
}

static int
rest_on_text(void *data, const char *text, size_t length)
{
    request_t *r = data;

    tts_job_base64(r->job, text, length);
    return 0;
}

/* Wherever a service puts the name of what is wrong. */
static const char *
rest_code(const cJSON *json)
{
    const char  *code;
    const cJSON *in;

    static const char *const names[] = { "status", "code", "type",
                                         "error_code", "err_code", "error" };
    static const char *const wraps[] = { "error", "detail" };

    for (size_t w = 0; w < 3; w++) {
        in = w < 2 ? cJSON_GetObjectItemCaseSensitive(json, wraps[w]) : json;
        for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
            code = tts_json_text(in, names[n]);
            if (code != NULL && rest_is_name(code)) {
                return code;
            }
        }
    }

    return NULL;
}

/* A name, not a sentence that may repeat what was said. */
static int
rest_is_name(const char *code)
{
    size_t n;

    for (n = 0; code[n] != '\0'; n++) {
        if (!isalnum((unsigned char) code[n])
            && strchr("_-+.", code[n]) == NULL)
        {
            return 0;
        }
    }

    return n > 0 && n < 48;
}
