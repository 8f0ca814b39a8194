/* SPDX-License-Identifier: BSD-2-Clause */

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "provider/tts_rest.h"

/*
 * Google text:synthesize: a request a sentence, the next one while this one
 * is heard, for an answer comes whole or not at all.
 */
#define GOOGLE_SPEED_MIN 0.25
#define GOOGLE_SPEED_MAX 2.0

static int  google_open(tts_t *tts);
static int  google_start(tts_session_t *s, tts_job_t *job);
static void google_voice(cJSON *voice, const tts_config_t *config);

static const tts_vendor_t google = {
    .service = "google-tts",
    .url = "https://texttospeech.googleapis.com",
    .form = TTS_FORM_ULAW,
    .rate_hz = 8000,
    .ahead = 2,
    .needs_key = 1,
    .start = google_start,
    .stop = tts_rest_stop,
};

const tts_provider_t tts_google = {
    .name = "google",
    .open = google_open,
    .say = tts_session_say,
    .cancel = tts_session_cancel,
    .close = tts_session_close,
};

static int
google_open(tts_t *tts)
{
    return tts_session_open(tts, &google);
}

static int
google_start(tts_session_t *s, tts_job_t *job)
{
    char                url[TTS_URL_MAX], header[TTS_HEADER_MAX];
    cJSON              *body = cJSON_CreateObject(), *part;
    double              speed = (double) s->config->speed;
    const char         *key = s->config->access.key;
    const char *const   headers[] = { "Content-Type: application/json",
                                      header, NULL };

    tts_session_url(s, url, "http", "/v1/text:synthesize");
    /* One that is lent for an hour does not look like one that is kept. */
    (void) snprintf(header, sizeof(header), "%s%s",
                    strncmp(key, "AIza", 4) == 0 ? "x-goog-api-key: "
                                                 : "Authorization: Bearer ",
                    key);

    part = cJSON_AddObjectToObject(body, "input");
    (void) cJSON_AddStringToObject(part, "text", job->clean.text);
    google_voice(cJSON_AddObjectToObject(body, "voice"), s->config);

    part = cJSON_AddObjectToObject(body, "audioConfig");
    (void) cJSON_AddStringToObject(part, "audioEncoding", "MULAW");
    (void) cJSON_AddNumberToObject(part, "sampleRateHertz", 8000);
    if (speed >= GOOGLE_SPEED_MIN && speed <= GOOGLE_SPEED_MAX) {
        (void) cJSON_AddNumberToObject(part, "speakingRate", speed);
    }

    return tts_rest_start(job, &(tts_rest_t){ .url = url,
                                              .headers = headers,
                                              .member = "audioContent",
                                              .body = body });
}

/* A voice's name begins with its language: "en-IN-Neural2-A". */
static void
google_voice(cJSON *voice, const tts_config_t *config)
{
    char        language[16];
    size_t      length;
    const char *name = config->voice != NULL ? config->voice : "", *at;

    at = strchr(name, '-');
    at = at != NULL ? strchr(at + 1, '-') : NULL;
    length = at != NULL ? (size_t) (at - name) : 0;

    if (length > 0 && length < sizeof(language)) {
        memcpy(language, name, length);
        language[length] = '\0';
    } else {
        (void) snprintf(language, sizeof(language), "%s",
                        config->language != NULL && config->language[0] != '\0'
                            ? config->language
                            : "en-US");
    }

    (void) cJSON_AddStringToObject(voice, "languageCode", language);
    if (name[0] != '\0') {
        (void) cJSON_AddStringToObject(voice, "name", name);
    }
}
