/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/tts_rest.h"

/*
 * Bhashini: India's languages. One request tells where to ask, with which key
 * and whom; then each sentence is a request of its own. The key is
 * "user:key" as the account has them; without a colon it is the one to speak
 * with at once, as for a server of one's own.
 */
#define BHASHINI_PIPELINE "64392f96daac500b55c543cd"
#define BHASHINI_CONFIG   "/ulca/apis/v0/model/getModelsPipeline"
#define BHASHINI_COMPUTE  "/services/inference/pipeline"
#define BHASHINI_DIRECT   "https://dhruva-api.bhashini.gov.in"
#define BHASHINI_ANSWER_MAX 65536
#define BHASHINI_GENDER   "female"

typedef struct {
    http_t *http; /* asks where to ask */
    char   *answer;
    size_t  answer_bytes;
    int     status;
    char    url[TTS_URL_MAX]; /* "": not known yet */
    char    header[TTS_HEADER_MAX];
    char    service[160];
} bhashini_t;

static int  bhashini_tts_open(tts_t *tts);
static int  bhashini_open(tts_session_t *s);
static int  bhashini_ask(tts_session_t *s);
static int  bhashini_start(tts_session_t *s, tts_job_t *job);
static int  bhashini_compute(tts_session_t *s, tts_job_t *job);
static void bhashini_stop(tts_session_t *s, tts_job_t *job);
static void bhashini_close(tts_session_t *s);
static void bhashini_on_head(void *data, const http_head_t *head);
static void bhashini_on_body(void *data, const char *bytes, size_t length);
static void bhashini_on_done(void *data, int status, const fault_t *fault);
static int  bhashini_read(bhashini_t *b);
static void bhashini_language(const tts_session_t *s, cJSON *config);

static const tts_vendor_t bhashini = {
    .service = "bhashini-tts",
    .url = "https://meity-auth.ulcacontrib.org",
    .form = TTS_FORM_S16,
    .rate_hz = 22050,
    .ahead = 2,
    .needs_key = 1,
    .open = bhashini_open,
    .start = bhashini_start,
    .stop = bhashini_stop,
    .close = bhashini_close,
};

const tts_provider_t tts_bhashini = {
    .name = "bhashini",
    .open = bhashini_tts_open,
    .say = tts_session_say,
    .cancel = tts_session_cancel,
    .close = tts_session_close,
};

static const http_events_t bhashini_events = {
    .on_head = bhashini_on_head,
    .on_body = bhashini_on_body,
    .on_done = bhashini_on_done,
};

static int
bhashini_tts_open(tts_t *tts)
{
    return tts_session_open(tts, &bhashini);
}

static int
bhashini_open(tts_session_t *s)
{
    int                      rc = 0;
    bhashini_t              *b;
    const provider_access_t *a = &s->config->access;

    b = calloc(1, sizeof(bhashini_t));
    if (b == NULL) {
        return -ENOMEM;
    }

    s->impl = b;
    if (a->model != NULL) {
        (void) snprintf(b->service, sizeof(b->service), "%s", a->model);
    }

    if (strchr(a->key, ':') == NULL) {
        (void) snprintf(b->header, sizeof(b->header), "Authorization: %s",
                        a->key);
        if (a->base_url != NULL && a->base_url[0] != '\0') {
            tts_session_url(s, b->url, "http", BHASHINI_COMPUTE);
        } else {
            (void) snprintf(b->url, sizeof(b->url), "%s",
                            BHASHINI_DIRECT BHASHINI_COMPUTE);
        }
        return 0;
    }

    rc = bhashini_ask(s);
    /* A sentence asks again; that it cannot be asked is told then. */
    return rc == -ENOMEM ? rc : 0;
}

static int
bhashini_ask(tts_session_t *s)
{
    int            rc;
    char           url[TTS_URL_MAX], user[TTS_HEADER_MAX];
    char           key[TTS_HEADER_MAX], *text;
    cJSON         *body = cJSON_CreateObject(), *task, *config;
    bhashini_t    *b = s->impl;
    const char    *both = s->config->access.key, *colon = strchr(both, ':');
    http_request_t what = { .method = "POST" };

    const char *const headers[] = { "Content-Type: application/json", user, key,
                                    NULL };

    tts_session_url(s, url, "http", BHASHINI_CONFIG);
    (void) snprintf(user, sizeof(user), "userID: %.*s", (int) (colon - both),
                    both);
    (void) snprintf(key, sizeof(key), "ulcaApiKey: %.*s",
                    (int) strcspn(colon + 1, ":"), colon + 1);

    task = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(task, "taskType", "tts");
    config = cJSON_AddObjectToObject(task, "config");
    bhashini_language(s, config);
    (void) cJSON_AddStringToObject(config, "gender", BHASHINI_GENDER);
    (void) cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "pipelineTasks"),
                                task);
    config = cJSON_AddObjectToObject(body, "pipelineRequestConfig");
    (void) cJSON_AddStringToObject(config, "pipelineId", BHASHINI_PIPELINE);

    text = cJSON_PrintUnformatted(body);
    cJSON_Delete(body);
    if (text == NULL) {
        return -ENOMEM;
    }

    b->answer_bytes = 0;
    b->status = 0;
    (void) tts_session_peer(s, &what.peer, url);
    what.headers = headers;
    what.body = text;
    what.body_bytes = strlen(text);
    what.answer_max = BHASHINI_ANSWER_MAX;
    what.deadlines.connect = TTS_FIRST_MS;
    what.deadlines.total = 5000;
    rc = http_start(&b->http, s->config->access.net, &what, &bhashini_events,
                    s);
    free(text);
    return rc;
}

static int
bhashini_start(tts_session_t *s, tts_job_t *job)
{
    bhashini_t *b = s->impl;

    if (b->url[0] != '\0') {
        return bhashini_compute(s, job);
    }

    return b->http == NULL ? bhashini_ask(s) : 0;
}

static int
bhashini_compute(tts_session_t *s, tts_job_t *job)
{
    cJSON      *body = cJSON_CreateObject(), *task, *config, *input;
    bhashini_t *b = s->impl;

    const char *const headers[] = { "Content-Type: application/json", b->header,
                                    NULL };

    task = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(task, "taskType", "tts");
    config = cJSON_AddObjectToObject(task, "config");
    bhashini_language(s, config);
    if (b->service[0] != '\0') {
        (void) cJSON_AddStringToObject(config, "serviceId", b->service);
    }
    (void) cJSON_AddStringToObject(config, "gender",
                                   s->config->voice != NULL
                                           && strcmp(s->config->voice, "male")
                                                  == 0
                                       ? "male"
                                       : BHASHINI_GENDER);
    (void) cJSON_AddNumberToObject(config, "samplingRate", 8000);
    (void) cJSON_AddItemToArray(cJSON_AddArrayToObject(body, "pipelineTasks"),
                                task);

    input = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(input, "source", job->clean.text);
    task = cJSON_AddObjectToObject(body, "inputData");
    (void) cJSON_AddItemToArray(cJSON_AddArrayToObject(task, "input"), input);
    task = cJSON_AddObjectToObject(body, "controlConfig");
    (void) cJSON_AddFalseToObject(task, "dataTracking");

    return tts_rest_start(job, &(tts_rest_t){ .url = b->url,
                                              .headers = headers,
                                              .member = "audioContent",
                                              .body = body });
}

/* Who has not said in time where to ask is asked anew. */
static void
bhashini_stop(tts_session_t *s, tts_job_t *job)
{
    bhashini_t *b = s->impl;

    tts_rest_stop(s, job);
    if (b->http != NULL && job->state == TTS_JOB_FAILED) {
        http_cancel(b->http);
        b->http = NULL;
    }
}

static void
bhashini_close(tts_session_t *s)
{
    bhashini_t *b = s->impl;

    if (b != NULL) {
        http_cancel(b->http);
        free(b->answer);
        free(b);
    }
}

static void
bhashini_on_head(void *data, const http_head_t *head)
{
    tts_session_t *s = data;
    bhashini_t    *b = s->impl;

    b->status = head->status;
}

static void
bhashini_on_body(void *data, const char *bytes, size_t length)
{
    char          *grown;
    tts_session_t *s = data;
    bhashini_t    *b = s->impl;

    grown = realloc(b->answer, b->answer_bytes + length + 1);
    if (grown != NULL) {
        b->answer = grown;
        memcpy(b->answer + b->answer_bytes, bytes, length);
        b->answer_bytes += length;
    }
}

static void
bhashini_on_done(void *data, int status, const fault_t *fault)
{
    int            rc;
    char           reason[TTS_REASON_MAX];
    fault_t        why = { FAULT_INVALID, 0, "it did not say where to ask" };
    tts_job_t     *job, *next;
    tts_session_t *s = data;
    bhashini_t    *b = s->impl;

    tts_session_enter(s);
    b->http = NULL;

    if (fault == NULL && bhashini_read(b) == 0) {
        for (job = TAILQ_FIRST(&s->jobs); job != NULL; job = next) {
            next = TAILQ_NEXT(job, next);
            if (job->state == TTS_JOB_STARTED && job->impl == NULL) {
                rc = bhashini_compute(s, job);
                if (rc < 0) {
                    tts_job_fail(job, &why);
                }
            }
        }
        tts_session_leave(s);
        return;
    }

    if (fault != NULL) {
        why = *fault;
        if (b->answer_bytes > 0 && (status < 200 || status > 299)) {
            tts_rest_fault(&why, reason, sizeof(reason), status, b->answer,
                           b->answer_bytes);
        }
    }

    if (why.kind == FAULT_REFUSED) {
        tts_session_refuse(s, &why);
    }

    TAILQ_FOREACH(job, &s->jobs, next) {
        if (job->state == TTS_JOB_STARTED && job->impl == NULL) {
            tts_job_fail(job, &why);
        }
    }

    tts_session_leave(s);
}

/* A header's name of its choice is one; what follows it ends the line. */
static int
bhashini_read(bhashini_t *b)
{
    int          rc = -EBADMSG;
    cJSON       *json;
    const char  *name, *value, *url, *service;
    const cJSON *point, *key, *task, *config;

    json = cJSON_ParseWithLength(b->answer != NULL ? b->answer : "",
                                 b->answer_bytes);
    point = cJSON_GetObjectItemCaseSensitive(json,
                                             "pipelineInferenceAPIEndPoint");
    key = cJSON_GetObjectItemCaseSensitive(point, "inferenceApiKey");
    url = tts_json_text(point, "callbackUrl");
    name = tts_json_text(key, "name");
    value = tts_json_text(key, "value");
    task = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(json, "pipelineResponseConfig"), 0);
    config = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(task, "config"), 0);
    service = tts_json_text(config, "serviceId");

    if (url == NULL || strlen(url) >= sizeof(b->url) || name == NULL
        || value == NULL || name[0] == '\0'
        || name[strspn(name, "abcdefghijklmnopqrstuvwxyz"
                             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")]
               != '\0'
        || strpbrk(value, "\r\n") != NULL
        || strlen(name) + strlen(value) + 3 > sizeof(b->header)
        || (service != NULL && strlen(service) >= sizeof(b->service)))
    {
        goto done;
    }

    if (b->service[0] == '\0' && service != NULL) {
        (void) snprintf(b->service, sizeof(b->service), "%s", service);
    }

    (void) snprintf(b->header, sizeof(b->header), "%s: %s", name, value);
    (void) snprintf(b->url, sizeof(b->url), "%s", url);
    rc = 0;

done:
    cJSON_Delete(json);
    return rc;
}

/* Its languages have no country: "hi-IN" is "hi". */
static void
bhashini_language(const tts_session_t *s, cJSON *config)
{
    char        language[9];
    size_t      length;
    const char *whole = s->config->language;

    whole = whole != NULL && whole[0] != '\0' ? whole : "hi";
    length = strcspn(whole, "-_");
    (void) snprintf(language, sizeof(language), "%.*s",
                    (int) (length < 8 ? length : 8), whole);
    (void) cJSON_AddStringToObject(cJSON_AddObjectToObject(config, "language"),
                                   "sourceLanguage", language);
}
