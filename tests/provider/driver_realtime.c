/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "provider/realtime.h"
#include "tests/provider/driver.h"

/*
 *   open: url, key, model, instructions, voice, language, tools (names),
 *         interruptions; closes: the event in which it is closed
 *   voice, silence: ms of it are fed
 *   say: text, must; tell: text
 *   result: call, result, answer
 *   truncate: item, heard_ms
 *   interrupt
 *   close
 */

#define TOOLS_MAX 8

typedef struct one_s one_t;

struct one_s {
    one_t            *next;
    int               id;
    cJSON            *command; /* its strings are used */
    const char      **names;
    realtime_tool_t   tools[TOOLS_MAX];
    realtime_config_t config;
    realtime_t        rt;
    unsigned          open:1;
};

static one_t *all;

static void
say(one_t *one, cJSON *event)
{
    char name[24];

    (void) strncpy(name, driver_text(event, "event"), sizeof(name) - 1);
    name[sizeof(name) - 1] = '\0';
    driver_say(event);

    if (one->open && strcmp(driver_text(one->command, "closes"), name) == 0) {
        one->open = 0;
        one->rt.provider->close(&one->rt);
    }
}

static void
on_ready(void *data)
{
    one_t *one = data;

    say(one, driver_event(one->id, "ready"));
}

static void
on_speech(void *data, uint32_t utterance, int begun)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, begun ? "begun" : "ended");

    (void) cJSON_AddNumberToObject(event, "utterance", utterance);
    say(one, event);
}

static void
on_user_text(void *data, uint32_t utterance, const char *text)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "user_text");

    (void) cJSON_AddNumberToObject(event, "utterance", utterance);
    (void) cJSON_AddStringToObject(event, "text", text);
    say(one, event);
}

static void
on_audio(void *data, uint32_t item, tts_audio_t *audio)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "audio");

    (void) cJSON_AddNumberToObject(event, "item", item);
    (void) cJSON_AddNumberToObject(event, "samples", (double) audio->samples);
    say(one, event);
}

static void
on_audio_done(void *data, uint32_t item)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "audio_done");

    (void) cJSON_AddNumberToObject(event, "item", item);
    say(one, event);
}

static void
on_text(void *data, uint32_t item, const char *text, size_t len)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "text");

    (void) len;
    (void) cJSON_AddNumberToObject(event, "item", item);
    (void) cJSON_AddStringToObject(event, "text", text);
    say(one, event);
}

static void
on_tool(void *data, const char *id, const char *name, const char *args)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "tool");

    (void) cJSON_AddStringToObject(event, "call", id);
    (void) cJSON_AddStringToObject(event, "name", name);
    (void) cJSON_AddStringToObject(event, "args", args);
    say(one, event);
}

static void
on_usage(void *data, const realtime_usage_t *usage)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "usage");

    (void) cJSON_AddNumberToObject(event, "in", usage->tokens_in);
    (void) cJSON_AddNumberToObject(event, "cached", usage->tokens_cached);
    (void) cJSON_AddNumberToObject(event, "out", usage->tokens_out);
    (void) cJSON_AddNumberToObject(event, "audio_in", usage->audio_in);
    (void) cJSON_AddNumberToObject(event, "audio_out", usage->audio_out);
    say(one, event);
}

static void
on_done(void *data, realtime_end_e end)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "done");

    static const char *const ends[] = { "done", "cut", "partial" };

    (void) cJSON_AddStringToObject(event, "end", ends[end]);
    say(one, event);
}

static void
on_error(void *data, const fault_t *fault)
{
    one_t *one = data;
    cJSON *event = driver_event(one->id, "error");

    driver_add_fault(event, fault);
    say(one, event);
}

static const realtime_events_t events = {
    .on_ready = on_ready,
    .on_speech = on_speech,
    .on_user_text = on_user_text,
    .on_audio = on_audio,
    .on_audio_done = on_audio_done,
    .on_text = on_text,
    .on_tool = on_tool,
    .on_usage = on_usage,
    .on_done = on_done,
    .on_error = on_error,
};

static const char *
open_one(driver_t *driver, const cJSON *command)
{
    int    rc;
    size_t i;
    one_t *one = calloc(1, sizeof(one_t));

    one->id = (int) driver_number(command, "id");
    one->command = cJSON_Duplicate(command, 1);
    one->names = driver_texts(one->command, "tools");
    one->next = all;
    all = one;

    for (i = 0; i < TOOLS_MAX && one->names[i] != NULL; i++) {
        one->tools[i] = (realtime_tool_t){
            one->names[i], "Does it.",
            "{\"type\":\"object\",\"properties\":{},\"required\":[]}"
        };
    }

    one->config = (realtime_config_t){
        .instructions = driver_text(one->command, "instructions"),
        .voice = driver_text(one->command, "voice"),
        .language = "en-US",
        .tools = one->tools,
        .tool_count = i,
        .interruptions = driver_number(command, "interruptions") != 0,
        .access = { .net = driver->net,
                    .base_url = driver_text(one->command, "url"),
                    .key = driver_text(one->command, "key"),
                    .model = driver_text(one->command, "model"),
                    .trusted = 1 },
    };
    one->rt = (realtime_t){
        .provider = realtime_provider_find("openai_realtime"),
        .events = &events,
        .data = one,
        .config = &one->config,
        .loop = driver->loop,
    };

    one->open = 1;
    rc = one->rt.provider->open(&one->rt);
    if (rc < 0) {
        one->open = 0;
    }

    return rc == 0 ? NULL : uv_err_name(rc);
}

/* Silence is what nobody hears; anything else is a voice to the fake. */
static int
feed(one_t *one, uint8_t byte, int ms)
{
    int     rc = 0;
    uint8_t ulaw[FRAME_SAMPLES];
    frame_t frame = { .ulaw = ulaw, .samples = sizeof(ulaw) };

    memset(ulaw, byte, sizeof(ulaw));

    for (; ms > 0 && rc == 0; ms -= FRAME_MS) {
        rc = one->rt.provider->feed(&one->rt, &frame);
    }

    return rc;
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    int                        rc = 0;
    one_t                     *one;
    const realtime_provider_t *p;

    if (strcmp(verb, "open") == 0) {
        return open_one(driver, command);
    }

    for (one = all; one != NULL; one = one->next) {
        if (one->id == (int) driver_number(command, "id") && one->open) {
            break;
        }
    }

    if (one == NULL) {
        return "no such session";
    }

    p = one->rt.provider;

    if (strcmp(verb, "voice") == 0) {
        rc = feed(one, 0x20, (int) driver_number(command, "ms"));
    } else if (strcmp(verb, "silence") == 0) {
        rc = feed(one, 0xff, (int) driver_number(command, "ms"));
    } else if (strcmp(verb, "say") == 0) {
        rc = p->say(&one->rt, driver_text(command, "text"),
                    driver_number(command, "must") != 0);
    } else if (strcmp(verb, "tell") == 0) {
        rc = p->tell(&one->rt, driver_text(command, "text"));
    } else if (strcmp(verb, "result") == 0) {
        rc = p->tool_result(&one->rt, driver_text(command, "call"),
                            driver_text(command, "result"),
                            driver_number(command, "answer") != 0);
    } else if (strcmp(verb, "truncate") == 0) {
        rc = p->truncate(&one->rt, (uint32_t) driver_number(command, "item"),
                         (uint32_t) driver_number(command, "heard_ms"));
    } else if (strcmp(verb, "interrupt") == 0) {
        rc = p->interrupt(&one->rt);
    } else if (strcmp(verb, "close") == 0) {
        one->open = 0;
        p->close(&one->rt);
        driver_say(driver_event(one->id, "closed"));
    } else {
        return "no such verb";
    }

    return rc == 0 ? NULL : uv_err_name(rc);
}

static void
end(driver_t *driver)
{
    one_t *one;

    (void) driver;

    while ((one = all) != NULL) {
        all = one->next;

        if (one->open) {
            one->rt.provider->close(&one->rt);
        }

        free(one->names);
        cJSON_Delete(one->command);
        free(one);
    }
}

const driver_part_t driver_realtime = { "realtime", run, end };
