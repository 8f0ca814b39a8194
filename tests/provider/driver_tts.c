/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "provider/provider.h"
#include "provider/tts_session.h"
#include "provider/tts_stock.h"
#include "tests/provider/driver.h"

/*
 *   open: provider, voice, language, speed, base_url, key, model, trusted,
 *         stock (texts); holds: audio is not released before "release";
 *         at: "audio", "done" or "error", where "then" is done: "cancel",
 *         "close" or "say" (request 99, "Another one.")
 *   say: request, text; cancel; whole; release; close
 *   stock: path, bytes; stock_close
 */

#define HELD_MAX 65536

typedef struct one_s one_t;

struct one_s {
    one_t       *next;
    int          id;
    tts_t        tts;
    tts_config_t config;
    cJSON       *command; /* whose strings are used */
    const char **stock;
    tts_audio_t *held[HELD_MAX];
    size_t       held_count;
    unsigned     is_open:1;
    unsigned     holds:1;
    unsigned     has_acted:1;
};

static one_t *all;

static cJSON *
event_of(one_t *one, const char *name, uint32_t request)
{
    cJSON *event = driver_event(one->id, name);

    (void) cJSON_AddNumberToObject(event, "request", request);
    if (!one->is_open) {
        (void) cJSON_AddTrueToObject(event, "after_close");
    }
    return event;
}

static void
act(one_t *one, const char *where)
{
    const char *then = driver_text(one->command, "then");

    if (one->has_acted || strcmp(driver_text(one->command, "at"), where) != 0)
    {
        return;
    }

    one->has_acted = 1;
    driver_say(event_of(one, then, 0));
    if (strcmp(then, "cancel") == 0) {
        one->tts.provider->cancel(&one->tts);
    } else if (strcmp(then, "say") == 0) {
        (void) one->tts.provider->say(&one->tts, 99, "Another one.", 12);
    } else {
        one->is_open = 0;
        one->tts.provider->close(&one->tts);
    }
}

static void
on_audio(void *data, uint32_t request, tts_audio_t *audio)
{
    one_t *one = data;
    cJSON *event = event_of(one, "audio", request);

    (void) cJSON_AddNumberToObject(event, "samples", (double) audio->samples);
    driver_add_bytes(event, "ulaw", audio->ulaw, audio->samples);
    driver_say(event);
    if (one->holds && one->held_count < HELD_MAX) {
        tts_audio_hold(audio);
        one->held[one->held_count++] = audio;
    }
    act(one, "audio");
}

static void
on_words(void *data, uint32_t request, const tts_word_t *words, size_t count)
{
    one_t *one = data;
    cJSON *event = event_of(one, "words", request), *list, *word;

    list = cJSON_AddArrayToObject(event, "words");
    for (size_t i = 0; i < count; i++) {
        word = cJSON_CreateObject();
        (void) cJSON_AddNumberToObject(word, "text", words[i].text);
        (void) cJSON_AddNumberToObject(word, "begins", words[i].begins);
        (void) cJSON_AddNumberToObject(word, "ends", words[i].ends);
        (void) cJSON_AddItemToArray(list, word);
    }
    driver_say(event);
}

static void
on_done(void *data, uint32_t request)
{
    one_t *one = data;

    driver_say(event_of(one, "done", request));
    act(one, "done");
}

static void
on_error(void *data, uint32_t request, const fault_t *fault)
{
    one_t *one = data;
    cJSON *event = event_of(one, "error", request);

    driver_add_fault(event, fault);
    driver_say(event);
    act(one, "error");
}

static void
on_usage(void *data, uint32_t request, uint32_t characters)
{
    one_t *one = data;
    cJSON *event = event_of(one, "usage", request);

    (void) cJSON_AddNumberToObject(event, "characters", characters);
    driver_say(event);
}

static const tts_events_t tts_events = {
    .on_audio = on_audio,
    .on_words = on_words,
    .on_done = on_done,
    .on_error = on_error,
    .on_usage = on_usage,
};

static void
release(one_t *one)
{
    while (one->held_count > 0) {
        tts_audio_release(one->held[--one->held_count]);
    }
}

static const char *
start(driver_t *driver, const cJSON *command)
{
    one_t        *one = calloc(1, sizeof(one_t));
    cJSON        *own = cJSON_Duplicate(command, 1);
    tts_config_t *c = &one->config;

    one->next = all;
    all = one;
    one->command = own;
    one->id = (int) driver_number(own, "id");
    one->holds = driver_number(own, "holds") != 0;
    one->stock = driver_texts(own, "stock");
    c->voice = driver_text(own, "voice");
    c->language = driver_text(own, "language");
    c->speed = (float) driver_number(own, "speed");
    c->access.net = driver->net;
    c->access.base_url = driver_text(own, "base_url");
    c->access.key = driver_text(own, "key");
    c->access.model = driver_text(own, "model");
    c->access.trusted = !cJSON_IsFalse(cJSON_GetObjectItem(own, "trusted"));
    c->stock = one->stock;
    while (one->stock[c->stock_count] != NULL) {
        c->stock_count++;
    }

    one->tts.provider = tts_provider_find(driver_text(own, "provider"));
    if (one->tts.provider == NULL) {
        return "no such provider";
    }

    one->tts.events = &tts_events;
    one->tts.data = one;
    one->tts.config = c;
    one->tts.loop = driver->loop;
    one->is_open = 1;
    if (one->tts.provider->open(&one->tts) < 0) {
        one->is_open = 0;
        return "it did not open";
    }

    driver_say(driver_event(one->id, "opened"));
    return NULL;
}

static const char *
run_one(one_t *one, const char *verb, const cJSON *command)
{
    const char *text = driver_text(command, "text");

    if (strcmp(verb, "release") == 0) {
        release(one);
    } else if (!one->is_open) {
        return "it is closed";
    } else if (strcmp(verb, "say") == 0) {
        return one->tts.provider->say(
                   &one->tts, (uint32_t) driver_number(command, "request"),
                   text, strlen(text))
                       < 0
                   ? "it did not say it"
                   : NULL;
    } else if (strcmp(verb, "cancel") == 0) {
        one->tts.provider->cancel(&one->tts);
        driver_say(driver_event(one->id, "canceled"));
    } else if (strcmp(verb, "whole") == 0) {
        if (one->tts.provider->whole != NULL) {
            one->tts.provider->whole(&one->tts);
        }
    } else if (strcmp(verb, "close") == 0) {
        one->tts.provider->close(&one->tts);
        one->is_open = 0;
        driver_say(driver_event(one->id, "closed"));
    } else {
        return "no such verb";
    }

    return NULL;
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    int    rc, id = (int) driver_number(command, "id");
    one_t *one;
    cJSON *event;

    if (strcmp(verb, "open") == 0) {
        return start(driver, command);
    }

    if (strcmp(verb, "stock") == 0) {
        rc = tts_stock_open(driver_text(command, "path"),
                            (size_t) driver_number(command, "bytes"));
        event = driver_event(id, "stocked");
        (void) cJSON_AddNumberToObject(event, "rc", rc);
        driver_say(event);
        return NULL;
    }

    if (strcmp(verb, "stock_close") == 0) {
        tts_stock_close();
        driver_say(driver_event(id, "emptied"));
        return NULL;
    }

    for (one = all; one != NULL && one->id != id; one = one->next) {
    }

    return one != NULL ? run_one(one, verb, command) : "no such id";
}

static void
end(driver_t *driver)
{
    one_t *one;

    (void) driver;

    while ((one = all) != NULL) {
        all = one->next;
        if (one->is_open) {
            one->tts.provider->close(&one->tts);
        }
        release(one);
        free(one->stock);
        cJSON_Delete(one->command);
        free(one);
    }

    tts_stock_close();
}

const driver_part_t driver_tts = { "tts", run, end };
