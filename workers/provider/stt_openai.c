/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <sys/random.h>

#include "provider/stt_post.h"

/*
 * Transcriptions as OpenAI has them (POST /v1/audio/transcriptions), and with
 * base_url whoever does the same: Groq, speaches, whisper.cpp's server. Without
 * a key none is sent.
 */

#define OPENAI_URL "https://api.openai.com/v1"
#define OPENAI_PATH "/audio/transcriptions"
#define OPENAI_MODEL "gpt-4o-mini-transcribe"
#define OPENAI_OTHERS_MODEL "whisper-1" /* which some ignore */
#define OPENAI_ANSWER_MS 3000
#define OPENAI_RATE_HZ 16000
#define OPENAI_SURE 0.8f /* when it does not tell how sure it is */

/* Whisper writes something of nothing: how that is told. */
#define OPENAI_NO_SPEECH 0.6
#define OPENAI_UNSURE (-1.0)
#define OPENAI_VOICE_MS 250

static int openai_open(stt_t *stt);
static const char *openai_model(const stt_config_t *c);
static void openai_address(stt_post_t *p, pack_t *url);
static int openai_ask(stt_post_t *p, const uint8_t *ulaw, size_t samples);
static void openai_part(pack_t *body, const char *boundary, const char *name,
                        const char *value);
static int openai_boundary(char *out, size_t room);
static void openai_on_answer(stt_post_t *p, const char *body, size_t length);
static void openai_text(const stt_post_t *p, const cJSON *answer,
                        stt_text_t *out);
static void openai_segments(const cJSON *segments, stt_text_t *out,
                            int *doubtful);

static const stt_post_vendor_t openai_vendor = {
    .service = "openai_stt",
    .bytes = sizeof(stt_post_t),
    .answer_ms = OPENAI_ANSWER_MS,
    .address = openai_address,
    .ask = openai_ask,
    .on_answer = openai_on_answer,
};

const stt_provider_t stt_openai = {
    .name = "openai",
    .open = openai_open,
    .feed = stt_post_feed,
    .finalize = stt_post_finalize,
    .begin = stt_post_begin,
    .rest = stt_post_rest,
    .close = stt_post_close,
};

static int
openai_open(stt_t *stt)
{
    const provider_access_t *access = &stt->config->access;

    if ((access->key == NULL || access->key[0] == '\0')
        && (access->base_url == NULL || access->base_url[0] == '\0')) {
        return -EACCES;
    }

    return stt_post_open(stt, &openai_vendor);
}

static const char *
openai_model(const stt_config_t *c)
{
    if (c->access.model != NULL && c->access.model[0] != '\0') {
        return c->access.model;
    }

    return c->access.base_url != NULL && c->access.base_url[0] != '\0'
               ? OPENAI_OTHERS_MODEL
               : OPENAI_MODEL;
}

/* A base_url that names whisper.cpp's own path is taken as it is. */
static void
openai_address(stt_post_t *p, pack_t *url)
{
    size_t      n;
    const char *base = p->stt->config->access.base_url;

    n = base != NULL ? strlen(base) : 0;
    pack_url(url, base, OPENAI_URL, 0,
             n > 10 && strcmp(base + n - 10, "/inference") == 0 ? ""
                                                                : OPENAI_PATH);
}

static int
openai_ask(stt_post_t *p, const uint8_t *ulaw, size_t samples)
{
    int                 rc;
    char                boundary[40], language[16];
    pack_t              url = { 0 }, auth = { 0 }, type = { 0 };
    pack_t              body = { 0 }, prompt = { 0 };
    const stt_config_t *c = p->stt->config;
    const char         *model = openai_model(c);
    const char         *headers[3] = { NULL, NULL, NULL };

    rc = openai_boundary(boundary, sizeof(boundary));
    if (rc < 0) {
        return rc;
    }

    openai_address(p, &url);
    stt_language(language, sizeof(language), c->language);
    stt_keyterms_prompt(&prompt, c->keyterms, c->keyterm_count);
    pack_format(&type, "Content-Type: multipart/form-data; boundary=%s",
                boundary);

    /* Whisper tells how sure it is; newer models answer in one form only. */
    openai_part(&body, boundary, "model", model);
    openai_part(&body, boundary, "language", language);
    openai_part(&body, boundary, "response_format",
                strstr(model, "whisper") != NULL ? "verbose_json" : "json");
    openai_part(&body, boundary, "temperature", "0");
    if (prompt.length > 0) {
        openai_part(&body, boundary, "prompt", prompt.bytes);
    }

    pack_format(&body,
                "--%s\r\nContent-Disposition: form-data; name=\"file\"; "
                "filename=\"utt.wav\"\r\nContent-Type: audio/wav\r\n\r\n",
                boundary);
    pack_wav(&body, ulaw, samples, OPENAI_RATE_HZ);
    pack_format(&body, "\r\n--%s--\r\n", boundary);

    headers[0] = type.bytes;
    if (c->access.key != NULL && c->access.key[0] != '\0') {
        pack_text(&auth, "Authorization: Bearer ");
        pack_text(&auth, c->access.key);
        headers[1] = auth.bytes;
    }

    rc = -ENOMEM;
    if (!pack_is_bad(&url) && !pack_is_bad(&type) && !auth.bad) {
        rc = stt_post_send(p, url.bytes, c->access.trusted, headers, &body);
    }

    pack_clear(&url);
    pack_clear(&auth);
    pack_clear(&type);
    pack_clear(&body);
    pack_clear(&prompt);
    return rc;
}

static void
openai_part(pack_t *body, const char *boundary, const char *name,
            const char *value)
{
    pack_format(body,
                "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n",
                boundary, name);
    pack_text(body, value);
    pack_text(body, "\r\n");
}

/* Nothing that is sent can hold it but by a chance of one in 2^128. */
static int
openai_boundary(char *out, size_t room)
{
    uint64_t random[2];

    if (getrandom(random, sizeof(random), GRND_NONBLOCK)
        != (ssize_t) sizeof(random)) {
        return -EIO;
    }

    (void) snprintf(out, room, "%016llx%016llx",
                    (unsigned long long) random[0],
                    (unsigned long long) random[1]);
    return 0;
}

/* whisper.cpp tells of errors with status 200. */
static void
openai_on_answer(stt_post_t *p, const char *body, size_t length)
{
    cJSON     *answer;
    stt_text_t text;

    answer = cJSON_ParseWithLength(body, length);
    if (json_text(answer, "text") == NULL
        || cJSON_GetObjectItemCaseSensitive(answer, "error") != NULL) {
        cJSON_Delete(answer);
        stt_post_fail(p, &(fault_t){ FAULT_INVALID, 0, "no text in it" });
        return;
    }

    openai_text(p, answer, &text);
    cJSON_Delete(answer);
    stt_post_answer(p, text.text, stt_text_confidence(&text));
}

static void
openai_text(const stt_post_t *p, const cJSON *answer, stt_text_t *out)
{
    int          filler, doubtful = 0;
    float        sure = OPENAI_SURE;
    const cJSON *segments;

    stt_text_clear(out);
    segments = cJSON_GetObjectItemCaseSensitive(answer, "segments");
    if (cJSON_GetArraySize(segments) > 0) {
        openai_segments(segments, out, &doubtful);
        sure = stt_text_confidence(out);
        if (doubtful == cJSON_GetArraySize(segments)) {
            stt_text_clear(out);
            return; /* none of them was said by anybody */
        }
    }

    if (doubtful == 0) {
        stt_text_clear(out);
        (void) stt_text_add(out, json_text(answer, "text"), sure);
    }

    filler = stt_text_is_filler(out->text);
    if (filler == 2
        || (filler == 1 && stt_post_voice_ms(p) < OPENAI_VOICE_MS)) {
        stt_text_clear(out);
    }
}

static void
openai_segments(const cJSON *segments, stt_text_t *out, int *doubtful)
{
    double       no_speech, sure;
    const char  *text;
    const cJSON *segment;

    cJSON_ArrayForEach(segment, segments)
    {
        no_speech = json_number(segment, "no_speech_prob", 0, 1, 0);
        sure = json_number(segment, "avg_logprob", -100, 0, 0);
        text = json_text(segment, "text");

        if (text == NULL
            || (no_speech > OPENAI_NO_SPEECH && sure < OPENAI_UNSURE)) {
            (*doubtful)++;
            continue;
        }

        (void) stt_text_add(out, text,
                            sure < 0 ? (float) exp(sure) : OPENAI_SURE);
    }
}
