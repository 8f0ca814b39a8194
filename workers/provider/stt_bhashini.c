/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/sha.h>

#include "provider/stt_post.h"

/*
 * Bhashini (ULCA), for the languages of India. One call tells who recognizes a
 * language, and with which key; a worker keeps that for an hour. Then there is
 * a request an utterance. The key is "userID:ulcaApiKey", with the inference
 * key behind another colon where the first call does not give one.
 */

#define BHASHINI_URL "https://meity-auth.ulcacontrib.org"
#define BHASHINI_PATH "/ulca/apis/v0/model/getModelsPipeline"
#define BHASHINI_PIPELINE "64392f96daac500b55c543cd"
#define BHASHINI_ANSWER_MS 3000
#define BHASHINI_KNOWN 16
#define BHASHINI_KNOWN_MS (60 * 60 * 1000)
#define BHASHINI_SURE 0.8f /* it does not tell how sure it is */

/* What the first call told. */
typedef struct {
    uint8_t  about[SHA256_DIGEST_LENGTH]; /* address, key and language */
    uint64_t told_ms; /* 0: nothing here */
    char     url[512];
    char     service[128];
    char     header[64];
    char     value[512];
    unsigned trusted:1;
} bhashini_known_t;

typedef struct {
    stt_post_t post; /* first */
    char       language[16];
    char       user[128], ulca[256], inference[512];
    uint8_t    about[SHA256_DIGEST_LENGTH];
    unsigned   renewed:1; /* what was known was asked for anew */
} bhashini_t;

static int bhashini_open(stt_t *stt);
static void bhashini_close(stt_t *stt);
static int bhashini_key(bhashini_t *b);
static int bhashini_cut(char *out, size_t room, const char **at);
static void bhashini_prepare(stt_post_t *p);
static int bhashini_ask_config(bhashini_t *b);
static int bhashini_ask(stt_post_t *p, const uint8_t *ulaw, size_t samples);
static cJSON *bhashini_request(const bhashini_t *b,
                               const bhashini_known_t *known,
                               const char *content);
static void bhashini_on_answer(stt_post_t *p, const char *body, size_t length);
static int bhashini_on_refused(stt_post_t *p);
static int bhashini_on_config(bhashini_t *b, const cJSON *answer);
static int bhashini_take(const bhashini_t *b, const cJSON *answer,
                         bhashini_known_t *known);
static void bhashini_on_text(bhashini_t *b, const cJSON *answer);
static bhashini_known_t *bhashini_known(const bhashini_t *b);
static int bhashini_copy(char *out, size_t room, const char *text);
static int bhashini_same_place(const char *one, const char *other);

/* Of the worker's one loop thread; the oldest makes room. */
static bhashini_known_t bhashini_knowledge[BHASHINI_KNOWN];

static const stt_post_vendor_t bhashini_vendor = {
    .service = "bhashini",
    .bytes = sizeof(bhashini_t),
    .answer_ms = BHASHINI_ANSWER_MS,
    .prepare = bhashini_prepare,
    .ask = bhashini_ask,
    .on_answer = bhashini_on_answer,
    .on_refused = bhashini_on_refused,
};

const stt_provider_t stt_bhashini = {
    .name = "bhashini",
    .open = bhashini_open,
    .feed = stt_post_feed,
    .finalize = stt_post_finalize,
    .begin = stt_post_begin,
    .rest = stt_post_rest,
    .close = bhashini_close,
};

static int
bhashini_open(stt_t *stt)
{
    const char *key = stt->config->access.key;

    if (key == NULL || strchr(key, ':') == NULL) {
        return -EACCES;
    }

    return stt_post_open(stt, &bhashini_vendor);
}

static void
bhashini_close(stt_t *stt)
{
    bhashini_t *b = stt->impl;

    if (b != NULL) {
        explicit_bzero(b->ulca, sizeof(b->ulca));
        explicit_bzero(b->inference, sizeof(b->inference));
    }

    stt_post_close(stt);
}

static int
bhashini_key(bhashini_t *b)
{
    int                 rc;
    pack_t              about = { 0 };
    const stt_config_t *c = b->post.stt->config;
    const char         *at = c->access.key;

    stt_language(b->language, sizeof(b->language), c->language);
    rc = bhashini_cut(b->user, sizeof(b->user), &at);
    if (rc == 0) {
        rc = bhashini_cut(b->ulca, sizeof(b->ulca), &at);
    }
    if (rc == 0 && *at != '\0') {
        rc = bhashini_cut(b->inference, sizeof(b->inference), &at);
    }
    if (rc < 0 || b->user[0] == '\0' || b->ulca[0] == '\0') {
        return -EINVAL;
    }

    pack_url(&about, c->access.base_url, BHASHINI_URL, 0, "\n");
    pack_text(&about, b->language);
    pack_text(&about, "\n");
    pack_text(&about, c->access.key);
    rc = pack_is_bad(&about) ? -ENOMEM : 0;
    if (rc == 0) {
        SHA256((const uint8_t *) about.bytes, about.length, b->about);
        explicit_bzero(about.bytes, about.length);
    }

    pack_clear(&about);
    return rc;
}

/* Up to the next colon, which is skipped. */
static int
bhashini_cut(char *out, size_t room, const char **at)
{
    size_t n = strcspn(*at, ":\r\n");

    if (n >= room || (*at)[n] == '\r' || (*at)[n] == '\n') {
        return -EINVAL;
    }

    memcpy(out, *at, n);
    out[n] = '\0';
    *at += (*at)[n] == ':' ? n + 1 : n;
    return 0;
}

static void
bhashini_prepare(stt_post_t *p)
{
    int         rc;
    bhashini_t *b = (bhashini_t *) p;

    rc = b->user[0] == '\0' ? bhashini_key(b) : 0;
    if (rc == 0 && bhashini_known(b) != NULL) {
        stt_post_prepared(p);
        return;
    }

    p->preparing = 1;
    if (rc == 0) {
        rc = bhashini_ask_config(b);
    }

    if (rc < 0) {
        stt_post_fail(p, &(fault_t){ rc == -EINVAL ? FAULT_REFUSED
                                     : rc == -EBUSY ? FAULT_BUSY
                                                    : FAULT_LOST,
                                     0, "it cannot be asked" });
    }
}

static int
bhashini_ask_config(bhashini_t *b)
{
    int                      rc;
    pack_t                   url = { 0 }, user = { 0 }, ulca = { 0 };
    pack_t                   body = { 0 };
    const provider_access_t *access = &b->post.stt->config->access;
    const char              *headers[] = { "Content-Type: application/json",
                                           NULL, NULL, NULL };

    pack_url(&url, access->base_url, BHASHINI_URL, 0, BHASHINI_PATH);
    pack_text(&user, "userID: ");
    pack_text(&user, b->user);
    pack_text(&ulca, "ulcaApiKey: ");
    pack_text(&ulca, b->ulca);
    pack_format(&body,
                "{\"pipelineTasks\":[{\"taskType\":\"asr\",\"config\":"
                "{\"language\":{\"sourceLanguage\":\"%s\"}}}],"
                "\"pipelineRequestConfig\":{\"pipelineId\":\"%s\"}}",
                b->language, BHASHINI_PIPELINE);

    headers[1] = user.bytes;
    headers[2] = ulca.bytes;
    rc = -ENOMEM;
    if (!pack_is_bad(&url) && !pack_is_bad(&user) && !pack_is_bad(&ulca)) {
        rc = stt_post_send(&b->post, url.bytes, access->trusted, headers,
                           &body);
    }

    pack_clear(&url);
    pack_clear(&user);
    pack_clear(&ulca);
    pack_clear(&body);
    return rc;
}

static int
bhashini_ask(stt_post_t *p, const uint8_t *ulaw, size_t samples)
{
    int                     rc = -ENOMEM;
    char                   *text;
    cJSON                  *request;
    pack_t                  wav = { 0 }, content = { 0 };
    pack_t                  auth = { 0 }, body = { 0 };
    bhashini_t             *b = (bhashini_t *) p;
    const bhashini_known_t *known = bhashini_known(b);
    const char             *headers[] = { "Content-Type: application/json",
                                          NULL, NULL };

    if (p->preparing) {
        return 0; /* asked when that is there */
    }

    if (known == NULL) {
        bhashini_prepare(p); /* too old to be relied on */
        return 0;
    }

    pack_wav(&wav, ulaw, samples, FRAME_RATE_HZ);
    if (!pack_is_bad(&wav)) {
        pack_base64(&content, wav.bytes, wav.length);
    }

    pack_format(&auth, "%s: %s", known->header,
                b->inference[0] != '\0' ? b->inference : known->value);
    headers[1] = auth.bytes;

    if (!pack_is_bad(&content) && !pack_is_bad(&auth)) {
        request = bhashini_request(b, known, content.bytes);
        text = cJSON_PrintUnformatted(request);
        if (text != NULL) {
            pack_text(&body, text);
            rc = stt_post_send(p, known->url, known->trusted, headers, &body);
        }
        cJSON_free(text);
        cJSON_Delete(request);
    }

    pack_clear(&wav);
    pack_clear(&content);
    pack_clear(&auth);
    pack_clear(&body);
    return rc;
}

static cJSON *
bhashini_request(const bhashini_t *b, const bhashini_known_t *known,
                 const char *content)
{
    cJSON      *request, *task, *config, *part;
    const char *model = b->post.stt->config->access.model;

    request = cJSON_CreateObject();
    task = cJSON_CreateObject();
    cJSON_AddItemToArray(cJSON_AddArrayToObject(request, "pipelineTasks"),
                         task);
    cJSON_AddStringToObject(task, "taskType", "asr");
    config = cJSON_AddObjectToObject(task, "config");
    cJSON_AddStringToObject(cJSON_AddObjectToObject(config, "language"),
                            "sourceLanguage", b->language);
    cJSON_AddStringToObject(config, "serviceId",
                            model != NULL && model[0] != '\0'
                                ? model
                                : known->service);
    cJSON_AddStringToObject(config, "audioFormat", "wav");
    cJSON_AddNumberToObject(config, "samplingRate", FRAME_RATE_HZ);
    part = cJSON_AddArrayToObject(config, "postProcessors");
    cJSON_AddItemToArray(part, cJSON_CreateString("itn"));
    cJSON_AddItemToArray(part, cJSON_CreateString("punctuation"));

    part = cJSON_CreateObject();
    cJSON_AddStringToObject(part, "audioContent", content);
    cJSON_AddItemToArray(
        cJSON_AddArrayToObject(cJSON_AddObjectToObject(request, "inputData"),
                               "audio"),
        part);
    cJSON_AddFalseToObject(cJSON_AddObjectToObject(request, "controlConfig"),
                           "dataTracking");
    return request;
}

static void
bhashini_on_answer(stt_post_t *p, const char *body, size_t length)
{
    cJSON      *answer = cJSON_ParseWithLength(body, length);
    bhashini_t *b = (bhashini_t *) p;

    if (!p->preparing) {
        bhashini_on_text(b, answer);
    } else if (bhashini_on_config(b, answer) < 0) {
        stt_post_fail(p, &(fault_t){ FAULT_INVALID, 0, "no pipeline" });
    } else {
        stt_post_prepared(p);
    }

    cJSON_Delete(answer);
}

/* The key that was given an hour ago may be another one by now. */
static int
bhashini_on_refused(stt_post_t *p)
{
    bhashini_t       *b = (bhashini_t *) p;
    bhashini_known_t *known = bhashini_known(b);

    if (p->preparing || known == NULL || b->renewed) {
        return 0;
    }

    explicit_bzero(known, sizeof(*known));
    b->renewed = 1;
    bhashini_prepare(p);
    return 1;
}

static int
bhashini_on_config(bhashini_t *b, const cJSON *answer)
{
    int               rc;
    bhashini_known_t  known = { 0 };
    bhashini_known_t *at = &bhashini_knowledge[0];

    rc = bhashini_take(b, answer, &known);
    if (rc < 0) {
        return rc;
    }

    for (size_t i = 0; i < BHASHINI_KNOWN; i++) {
        if (memcmp(bhashini_knowledge[i].about, b->about, sizeof(b->about))
            == 0) {
            at = &bhashini_knowledge[i];
            break;
        }
        if (bhashini_knowledge[i].told_ms < at->told_ms) {
            at = &bhashini_knowledge[i];
        }
    }

    *at = known;
    return 0;
}

/*
 * Where it sends us is trusted only when that is whom we asked, and the key it
 * gives goes nowhere else than to whom it names.
 */
static int
bhashini_take(const bhashini_t *b, const cJSON *answer,
              bhashini_known_t *known)
{
    int                      rc;
    const char              *url, *value;
    const cJSON             *task, *service, *point, *key;
    const provider_access_t *access = &b->post.stt->config->access;

    task = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(answer, "pipelineResponseConfig"), 0);
    service = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(task, "config"), 0);
    point = cJSON_GetObjectItemCaseSensitive(answer,
                                             "pipelineInferenceAPIEndPoint");
    key = cJSON_GetObjectItemCaseSensitive(point, "inferenceApiKey");
    url = json_text(point, "callbackUrl");
    value = json_text(key, "value");

    if (url == NULL || (value == NULL && b->inference[0] == '\0')) {
        return -EINVAL;
    }

    rc = bhashini_copy(known->url, sizeof(known->url), url);
    if (rc == 0) {
        rc = bhashini_copy(known->service, sizeof(known->service),
                           json_text(service, "serviceId"));
    }
    if (rc == 0) {
        rc = bhashini_copy(known->value, sizeof(known->value), value);
    }
    if (rc == 0) {
        value = json_text(key, "name");
        rc = bhashini_copy(known->header, sizeof(known->header),
                           value != NULL && value[0] != '\0'
                               ? value
                               : "Authorization");
    }

    for (const char *c = known->header; rc == 0 && *c != '\0'; c++) {
        rc = isalnum((unsigned char) *c) || *c == '-' ? 0 : -EINVAL;
    }

    memcpy(known->about, b->about, sizeof(known->about));
    known->told_ms = uv_now(b->post.stt->loop) + 1;
    known->trusted = access->trusted && access->base_url != NULL
                     && bhashini_same_place(access->base_url, known->url);
    return rc;
}

/* A chain it does not know is answered by nothing, with status 200. */
static void
bhashini_on_text(bhashini_t *b, const cJSON *answer)
{
    stt_text_t   all;
    const cJSON *task, *output, *part;

    task = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(answer, "pipelineResponse"), 0);
    output = cJSON_GetObjectItemCaseSensitive(task, "output");
    if (!cJSON_IsArray(output)) {
        stt_post_fail(&b->post, &(fault_t){ FAULT_INVALID, 0, "no output" });
        return;
    }

    b->renewed = 0;
    stt_text_clear(&all);
    cJSON_ArrayForEach(part, output)
    {
        if (json_text(part, "source") != NULL) {
            (void) stt_text_add(&all, json_text(part, "source"),
                                BHASHINI_SURE);
        }
    }

    stt_post_answer(&b->post, all.text, stt_text_confidence(&all));
}

static bhashini_known_t *
bhashini_known(const bhashini_t *b)
{
    uint64_t          now = uv_now(b->post.stt->loop);
    bhashini_known_t *k;

    for (size_t i = 0; i < BHASHINI_KNOWN; i++) {
        k = &bhashini_knowledge[i];
        if (k->told_ms != 0 && now - k->told_ms + 1 < BHASHINI_KNOWN_MS
            && memcmp(k->about, b->about, sizeof(b->about)) == 0) {
            return k;
        }
    }

    return NULL;
}

/* Nothing is nothing; what could end a header's line is not taken. */
static int
bhashini_copy(char *out, size_t room, const char *text)
{
    text = text != NULL ? text : "";
    if (strlen(text) >= room || strpbrk(text, "\r\n") != NULL) {
        return -EINVAL;
    }

    (void) snprintf(out, room, "%s", text);
    return 0;
}

/* Scheme, name and port. */
static int
bhashini_same_place(const char *one, const char *other)
{
    size_t      n;
    const char *at = strstr(one, "://");

    if (at == NULL) {
        return 0;
    }

    n = (size_t) (at + 3 - one) + strcspn(at + 3, "/?#");
    return strncmp(one, other, n) == 0
           && (other[n] == '\0' || other[n] == '/' || other[n] == '?');
}
