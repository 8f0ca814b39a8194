/* SPDX-License-Identifier: BSD-2-Clause */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dsp/g711.h"
#include "provider/provider.h"
#include "tests/provider/driver.h"

/*
 *   open: provider, url (base_url), key, model, language, keyterms, trusted;
 *         closes: in that event ("partial", "final", "turn", "error");
 *         begins: the same, and another utterance begins in it
 *   begin: utterance; rest; close; finalize: request
 *   feed: voice or silence in ms; ulaw (base64); paced: a frame every 20 ms
 *   sent: answered by an event "sent" with samples
 *
 * Events are partial, final, turn and error. One that comes after close() ends
 * the program.
 */

#define STT_DRIVER_PITCH (FRAME_RATE_HZ / 125)

typedef struct one_s one_t;

struct one_s {
    one_t       *next;
    int          id;
    cJSON       *command; /* what opened it: its strings */
    const char **keyterms;
    stt_t        stt;
    stt_config_t config;
    char         closes[12], begins[12];
    uv_timer_t   pace;
    uint8_t     *fed; /* what is fed in time */
    size_t       fed_bytes, fed_at;
    uint32_t     spoken; /* samples of voice made so far */
    unsigned     open:1;
    unsigned     closed:1;
};

static one_t *all;

static void
tell(one_t *one, cJSON *event)
{
    if (one->closed) {
        abort();
    }

    driver_say(event);
}

static void
close_one(one_t *one)
{
    if (one->open) {
        one->open = 0;
        one->stt.provider->close(&one->stt);
        driver_say(driver_event(one->id, "closed"));
        one->closed = 1;
    }
}

static void
happened(one_t *one, const char *what)
{
    if (strcmp(one->begins, what) == 0) {
        one->begins[0] = '\0';
        one->stt.provider->begin(&one->stt, 1000);
    }

    if (strcmp(one->closes, what) == 0) {
        close_one(one);
    }
}

static cJSON *
heard(one_t *one, const char *what, uint32_t utterance, const char *text)
{
    cJSON *event = driver_event(one->id, what);

    (void) cJSON_AddNumberToObject(event, "utterance", utterance);
    (void) cJSON_AddStringToObject(event, "text", text);
    return event;
}

static void
on_partial(void *data, uint32_t utterance, const char *text)
{
    tell(data, heard(data, "partial", utterance, text));
    happened(data, "partial");
}

static void
on_final(void *data, uint32_t utterance, uint32_t request, const char *text,
         float confidence)
{
    cJSON *event = heard(data, "final", utterance, text);

    (void) cJSON_AddNumberToObject(event, "request", request);
    (void) cJSON_AddNumberToObject(event, "confidence", (double) confidence);
    tell(data, event);
    happened(data, "final");
}

static void
on_turn(void *data, uint32_t utterance, stt_turn_e turn, const char *text,
        float confidence)
{
    cJSON                   *event = heard(data, "turn", utterance, text);
    static const char *const turns[] = { "begun", "eager", "resumed",
                                         "over" };

    (void) cJSON_AddStringToObject(event, "turn", turns[turn]);
    (void) cJSON_AddNumberToObject(event, "confidence", (double) confidence);
    tell(data, event);
    happened(data, "turn");
}

static void
on_error(void *data, const fault_t *fault)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "error");

    driver_add_fault(event, fault);
    tell(one, event);
    happened(one, "error");
}

static const stt_events_t events = { on_partial, on_final, on_turn,
                                     on_error };

static void
feed_frame(one_t *one, const uint8_t *ulaw, size_t samples)
{
    int16_t pcm[FRAME_SAMPLES];
    frame_t frame = { ulaw, pcm, samples };

    if (one->open) {
        g711_ulaw_decode(pcm, ulaw, samples);
        (void) one->stt.provider->feed(&one->stt, &frame);
    }
}

static void
on_pace(uv_timer_t *timer)
{
    one_t *one = timer->data;
    size_t n = one->fed_bytes - one->fed_at;

    n = n < FRAME_SAMPLES ? n : FRAME_SAMPLES;
    if (n > 0) {
        feed_frame(one, one->fed + one->fed_at, n);
        one->fed_at += n;
        return;
    }

    (void) uv_timer_stop(timer);
    driver_say(driver_event(one->id, "fed"));
}

/* As a throat makes it: pulses, each dying away in two resonances. */
static void
speak(one_t *one, int16_t *pcm, size_t samples)
{
    double age, phase;

    for (size_t i = 0; i < samples; i++) {
        age = one->spoken++ % STT_DRIVER_PITCH;
        phase = 2 * M_PI * age / FRAME_RATE_HZ;
        pcm[i] = (int16_t) (9000 * exp(-age / 20) * sin(500 * phase)
                            + 4000 * exp(-age / 12) * sin(1500 * phase));
    }
}

static const char *
feed(one_t *one, const cJSON *command)
{
    size_t   n, bytes;
    int16_t *pcm;
    uint8_t *ulaw;

    bytes = (size_t) driver_number(command, "voice") * FRAME_RATE_HZ / 1000;
    if (bytes > 0) {
        pcm = malloc(bytes * sizeof(int16_t));
        ulaw = malloc(bytes);
        speak(one, pcm, bytes);
        g711_ulaw_encode(ulaw, pcm, bytes);
        free(pcm);
    } else if (driver_text(command, "ulaw")[0] != '\0') {
        ulaw = driver_bytes(command, "ulaw", &bytes);
    } else {
        bytes = (size_t) driver_number(command, "silence") * 8;
        ulaw = malloc(bytes + 1);
        memset(ulaw, G711_ULAW_SILENCE, bytes);
    }

    if (driver_number(command, "paced") != 0) {
        free(one->fed);
        one->fed = ulaw;
        one->fed_bytes = bytes;
        one->fed_at = 0;
        (void) uv_timer_start(&one->pace, on_pace, 0, 20);
        return NULL;
    }

    for (size_t at = 0; at < bytes; at += n) {
        n = bytes - at < FRAME_SAMPLES ? bytes - at : FRAME_SAMPLES;
        feed_frame(one, ulaw + at, n);
    }

    free(ulaw);
    return NULL;
}

static const char *
open_one(driver_t *driver, const cJSON *command)
{
    int    rc;
    one_t *one = calloc(1, sizeof(one_t));

    one->id = (int) driver_number(command, "id");
    one->command = cJSON_Duplicate(command, 1);
    command = one->command;
    one->keyterms = driver_texts(command, "keyterms");
    one->next = all;
    all = one;
    (void) uv_timer_init(driver->loop, &one->pace);
    one->pace.data = one;

    (void) strncpy(one->closes, driver_text(command, "closes"),
                   sizeof(one->closes) - 1);
    (void) strncpy(one->begins, driver_text(command, "begins"),
                   sizeof(one->begins) - 1);

    one->config.language = driver_text(command, "language");
    one->config.client_id = "";
    one->config.keyterms = one->keyterms;
    while (one->keyterms[one->config.keyterm_count] != NULL) {
        one->config.keyterm_count++;
    }

    one->config.access.net = driver->net;
    one->config.access.base_url = driver_text(command, "url");
    one->config.access.key = driver_text(command, "key");
    one->config.access.model = driver_text(command, "model");
    one->config.access.trusted = !cJSON_IsFalse(
        cJSON_GetObjectItem(command, "trusted"));

    one->stt.provider = stt_provider_find(driver_text(command, "provider"));
    one->stt.events = &events;
    one->stt.data = one;
    one->stt.config = &one->config;
    one->stt.loop = driver->loop;
    if (one->stt.provider == NULL) {
        return "no such provider";
    }

    rc = one->stt.provider->open(&one->stt);
    one->open = rc == 0;
    return rc == 0 ? NULL : uv_err_name(rc);
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    int    rc;
    one_t *one;
    cJSON *event;

    if (strcmp(verb, "open") == 0) {
        return open_one(driver, command);
    }

    for (one = all; one != NULL; one = one->next) {
        if (one->id == (int) driver_number(command, "id")) {
            break;
        }
    }

    if (one == NULL) {
        return "no such recognizer";
    }

    if (strcmp(verb, "sent") == 0) {
        event = driver_event(one->id, "sent");
        (void) cJSON_AddNumberToObject(event, "samples",
                                       (double) one->stt.sent_samples);
        driver_say(event);
        return NULL;
    }

    if (!one->open) {
        return "it is closed";
    }

    if (strcmp(verb, "feed") == 0) {
        return feed(one, command);
    } else if (strcmp(verb, "begin") == 0) {
        one->stt.provider->begin(
            &one->stt, (uint32_t) driver_number(command, "utterance"));
    } else if (strcmp(verb, "rest") == 0) {
        one->stt.provider->rest(&one->stt);
    } else if (strcmp(verb, "close") == 0) {
        close_one(one);
    } else if (strcmp(verb, "finalize") == 0) {
        rc = one->stt.provider->finalize(
            &one->stt, (uint32_t) driver_number(command, "request"));
        return rc == 0 ? NULL : uv_err_name(rc);
    } else {
        return "no such verb";
    }

    return NULL;
}

static void
on_gone(uv_handle_t *handle)
{
    one_t *one = handle->data;

    free(one->fed);
    free(one->keyterms);
    cJSON_Delete(one->command);
    free(one);
}

static void
end(driver_t *driver)
{
    one_t *one;

    (void) driver;

    while ((one = all) != NULL) {
        all = one->next;
        close_one(one);
        uv_close((uv_handle_t *) &one->pace, on_gone);
    }
}

const driver_part_t driver_stt = { "stt", run, end };
