/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "provider/stt_post.h"

/*
 * Google Cloud Speech-to-Text v1, by requests: what streams there is gRPC.
 * The key is an API key ("AIza..."), or an access token of OAuth 2.0.
 */

#define GOOGLE_URL "https://speech.googleapis.com"
#define GOOGLE_PATH "/v1/speech:recognize"
#define GOOGLE_ANSWER_MS 2500
#define GOOGLE_PHRASES 100
#define GOOGLE_PHRASE_BYTES 100
#define GOOGLE_SURE 0.8f /* when it does not tell how sure it is */

static int google_open(stt_t *stt);
static int google_has_api_key(const stt_post_t *p);
static void google_address(stt_post_t *p, pack_t *url);
static int google_ask(stt_post_t *p, const uint8_t *ulaw, size_t samples);
static cJSON *google_request(const stt_config_t *c, const char *content);
static void google_on_answer(stt_post_t *p, const char *body, size_t length);

static const stt_post_vendor_t google_vendor = {
    .service = "google_stt",
    .bytes = sizeof(stt_post_t),
    .answer_ms = GOOGLE_ANSWER_MS,
    .address = google_address,
    .ask = google_ask,
    .on_answer = google_on_answer,
};

const stt_provider_t stt_google = {
    .name = "google",
    .open = google_open,
    .feed = stt_post_feed,
    .finalize = stt_post_finalize,
    .begin = stt_post_begin,
    .rest = stt_post_rest,
    .close = stt_post_close,
};

static int
google_open(stt_t *stt)
{
    if (stt->config->access.key == NULL || stt->config->access.key[0] == '\0') {
        return -EACCES;
    }

    return stt_post_open(stt, &google_vendor);
}

static int
google_has_api_key(const stt_post_t *p)
{
    return strncmp(p->stt->config->access.key, "AIza", 4) == 0;
}

static void
google_address(stt_post_t *p, pack_t *url)
{
    pack_url(url, p->stt->config->access.base_url, GOOGLE_URL, 0, GOOGLE_PATH);
}

static int
google_ask(stt_post_t *p, const uint8_t *ulaw, size_t samples)
{
    int                      rc = -ENOMEM;
    char                    *text;
    cJSON                   *request;
    pack_t                   url = { 0 }, auth = { 0 };
    pack_t                   content = { 0 }, body = { 0 };
    const provider_access_t *access = &p->stt->config->access;
    const char              *headers[] = { "Content-Type: application/json",
                                           NULL, NULL };

    google_address(p, &url);
    if (google_has_api_key(p)) {
        pack_text(&url, "?key=");
        pack_query(&url, access->key);
    } else {
        pack_text(&auth, "Authorization: Bearer ");
        pack_text(&auth, access->key);
        headers[1] = auth.bytes;
    }

    pack_base64(&content, ulaw, samples);
    if (!pack_is_bad(&url) && !auth.bad && !pack_is_bad(&content)) {
        request = google_request(p->stt->config, content.bytes);
        text = cJSON_PrintUnformatted(request);
        if (text != NULL) {
            pack_text(&body, text);
            rc = stt_post_send(p, url.bytes, access->trusted, headers, &body);
        }
        cJSON_free(text);
        cJSON_Delete(request);
    }

    pack_clear(&url);
    pack_clear(&auth);
    pack_clear(&content);
    pack_clear(&body);
    return rc;
}

static cJSON *
google_request(const stt_config_t *c, const char *content)
{
    size_t      n;
    cJSON      *request, *config, *context, *phrases;
    const char *model = c->access.model, *language = c->language;

    language = language != NULL && language[0] != '\0' ? language : "en-US";
    request = cJSON_CreateObject();
    config = cJSON_AddObjectToObject(request, "config");
    cJSON_AddStringToObject(config, "encoding", "MULAW");
    cJSON_AddNumberToObject(config, "sampleRateHertz", FRAME_RATE_HZ);
    cJSON_AddNumberToObject(config, "audioChannelCount", 1);
    cJSON_AddStringToObject(config, "languageCode", language);
    cJSON_AddNumberToObject(config, "maxAlternatives", 1);
    cJSON_AddTrueToObject(config, "enableAutomaticPunctuation");

    /* Not every language has a model of telephones. */
    if (model != NULL && model[0] != '\0') {
        cJSON_AddStringToObject(config, "model", model);
    } else if (strcasecmp(language, "en-US") == 0) {
        cJSON_AddStringToObject(config, "model", "phone_call");
        cJSON_AddTrueToObject(config, "useEnhanced");
    }

    n = c->keyterm_count < GOOGLE_PHRASES ? c->keyterm_count : GOOGLE_PHRASES;
    if (n > 0) {
        context = cJSON_CreateObject();
        cJSON_AddItemToArray(
            cJSON_AddArrayToObject(config, "speechContexts"), context);
        phrases = cJSON_AddArrayToObject(context, "phrases");
        for (size_t i = 0; i < n; i++) {
            if (strlen(c->keyterms[i]) <= GOOGLE_PHRASE_BYTES) {
                cJSON_AddItemToArray(phrases,
                                     cJSON_CreateString(c->keyterms[i]));
            }
        }
    }

    cJSON_AddStringToObject(cJSON_AddObjectToObject(request, "audio"),
                            "content", content);
    return request;
}

/* Without any results nobody spoke. */
static void
google_on_answer(stt_post_t *p, const char *body, size_t length)
{
    float        sure;
    cJSON       *answer;
    const cJSON *result, *best;
    const char  *text;
    stt_text_t   all;

    answer = cJSON_ParseWithLength(body, length);
    if (!cJSON_IsObject(answer)) {
        cJSON_Delete(answer);
        stt_post_fail(p, &(fault_t){ FAULT_INVALID, 0, "no JSON" });
        return;
    }

    stt_text_clear(&all);
    cJSON_ArrayForEach(result,
                       cJSON_GetObjectItemCaseSensitive(answer, "results"))
    {
        best = cJSON_GetArrayItem(
            cJSON_GetObjectItemCaseSensitive(result, "alternatives"), 0);
        text = json_text(best, "transcript");
        sure = (float) json_number(best, "confidence", 0, 1, 0);
        if (text != NULL) {
            (void) stt_text_add(&all, text, sure > 0 ? sure : GOOGLE_SURE);
        }
    }

    cJSON_Delete(answer);
    stt_post_answer(p, all.text, stt_text_confidence(&all));
}
