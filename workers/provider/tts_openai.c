/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>

#include "provider/tts_rest.h"

/*
 * OpenAI's audio/speech, and the many servers that speak it: samples at
 * 24 kHz while they are made. Where base_url names another server, no key may
 * be needed, and it may send a WAV file of any rate all the same.
 */
#define OPENAI_MODEL     "gpt-4o-mini-tts"
#define OPENAI_VOICE     "alloy"
#define OPENAI_SPEED_MIN 0.25
#define OPENAI_SPEED_MAX 4.0

static int openai_open(tts_t *tts);
static int openai_start(tts_session_t *s, tts_job_t *job);

static const tts_vendor_t openai = {
    .service = "openai-tts",
    .url = "https://api.openai.com/v1",
    .form = TTS_FORM_S16,
    .rate_hz = 24000,
    .ahead = 2,
    .start = openai_start,
    .stop = tts_rest_stop,
};

const tts_provider_t tts_openai = {
    .name = "openai",
    .open = openai_open,
    .say = tts_session_say,
    .cancel = tts_session_cancel,
    .close = tts_session_close,
};

static const char *
openai_or(const char *text, const char *otherwise)
{
    return text != NULL && text[0] != '\0' ? text : otherwise;
}

static int
openai_open(tts_t *tts)
{
    return tts_session_open(tts, &openai);
}

static int
openai_start(tts_session_t *s, tts_job_t *job)
{
    char                url[TTS_URL_MAX], header[TTS_HEADER_MAX];
    cJSON              *body = cJSON_CreateObject();
    double              speed = (double) s->config->speed;
    const char         *key = openai_or(s->config->access.key, "");
    const char *const   headers[] = { "Content-Type: application/json",
                                      key[0] != '\0' ? header : NULL, NULL };

    tts_session_url(s, url, "http", "/audio/speech");
    (void) snprintf(header, sizeof(header), "Authorization: Bearer %s", key);

    (void) cJSON_AddStringToObject(
        body, "model", openai_or(s->config->access.model, OPENAI_MODEL));
    (void) cJSON_AddStringToObject(body, "voice",
                                   openai_or(s->config->voice, OPENAI_VOICE));
    (void) cJSON_AddStringToObject(body, "input", job->clean.text);
    (void) cJSON_AddStringToObject(body, "response_format", "pcm");
    if (speed >= OPENAI_SPEED_MIN && speed <= OPENAI_SPEED_MAX) {
        (void) cJSON_AddNumberToObject(body, "speed", speed);
    }

    return tts_rest_start(job, &(tts_rest_t){ .url = url,
                                              .headers = headers,
                                              .body = body });
}
