/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "provider/realtime_openai.h"

#define RT_URL "https://api.openai.com/v1"
#define RT_MODEL "gpt-realtime"
#define RT_VOICE "marin"
#define RT_TRANSCRIBER "gpt-4o-mini-transcribe"
#define RT_TOKENS_MAX 1200 /* of an answer, its sound included */

/* The caller must hear something within 2.5 s of whatever goes wrong. */
#define RT_OPEN_MS 2000
#define RT_OWED_MS 2200
#define RT_PING_MS 1000
#define RT_CHECK_MS 100

/* Half a second of sound in base64 is 5,4 KiB; a response may be told whole. */
#define RT_MESSAGE_MAX 1048576

static int  rt_open(realtime_t *rt);
static int  rt_feed(realtime_t *rt, const frame_t *frame);
static int  rt_say(realtime_t *rt, const char *text, int must);
static int  rt_tell(realtime_t *rt, const char *text);
static int  rt_tool_result(realtime_t *rt, const char *id, const char *result,
                           int answer);
static int  rt_truncate(realtime_t *rt, uint32_t item, uint32_t heard_ms);
static int  rt_interrupt(realtime_t *rt);
static void rt_close(realtime_t *rt);
static int  rt_connect(rt_t *r);
static char *rt_address(const provider_access_t *access);
static void rt_feed_bytes(rt_t *r, const uint8_t *ulaw, size_t count);
static void rt_keep_early(rt_t *r, const uint8_t *ulaw, size_t count);
static void rt_send_chunk(rt_t *r);
static cJSON *rt_session(const realtime_config_t *c);
static void rt_add_input(cJSON *session, const realtime_config_t *c);
static void rt_add_tools(cJSON *session, const realtime_config_t *c);
static void rt_create(rt_t *r, const char *say, int answer);
static cJSON *rt_message(rt_t *r, const char *type);
static void rt_on_check(uv_timer_t *timer);
static void rt_on_freed(uv_handle_t *timer);
static void rt_on_open(void *data, const http_head_t *head);
static void rt_on_text(void *data, const char *text, size_t length);
static void rt_on_binary(void *data, const uint8_t *bytes, size_t length);
static void rt_on_closed(void *data, int code, const char *text,
                         const fault_t *fault);

const realtime_provider_t realtime_openai = {
    .name = "openai_realtime",
    .open = rt_open,
    .feed = rt_feed,
    .say = rt_say,
    .tell = rt_tell,
    .tool_result = rt_tool_result,
    .truncate = rt_truncate,
    .interrupt = rt_interrupt,
    .close = rt_close,
};

static const ws_events_t rt_ws_events = {
    .on_open = rt_on_open,
    .on_text = rt_on_text,
    .on_binary = rt_on_binary,
    .on_closed = rt_on_closed,
};

static int
rt_open(realtime_t *rt)
{
    int                      rc;
    rt_t                    *r;
    const provider_access_t *access = &rt->config->access;

    if (access->key == NULL || access->key[0] == '\0' || access->net == NULL) {
        return -EACCES;
    }

    r = calloc(1, sizeof(rt_t));
    if (r == NULL) {
        return -ENOMEM;
    }

    r->rt = rt;
    r->opened_ms = uv_now(rt->loop);
    rt->impl = r;
    (void) uv_timer_init(rt->loop, &r->timer);
    r->timer.data = r;

    rc = rt_connect(r);
    if (rc == 0) {
        rc = uv_timer_start(&r->timer, rt_on_check, RT_CHECK_MS, RT_CHECK_MS);
    }

    if (rc < 0) {
        rt_close(rt);
    }

    return rc;
}

/* Once a frame: no waiting. */
static int
rt_feed(realtime_t *rt, const frame_t *frame)
{
    rt_t *r = rt->impl;

    if (r->failed) {
        return -EPIPE;
    }

    if (r->ready) {
        rt_feed_bytes(r, frame->ulaw, frame->samples);
    } else {
        rt_keep_early(r, frame->ulaw, frame->samples);
    }

    return 0;
}

static int
rt_say(realtime_t *rt, const char *text, int must)
{
    rt_t *r = rt->impl;
    char *copy = strdup(text);

    if (copy == NULL) {
        return -ENOMEM;
    }

    free(r->say);
    r->say = copy;
    r->say_must = must != 0;
    r->say_sent = 0;
    rt_next(r);

    return r->failed ? -EPIPE : 0;
}

static int
rt_tell(realtime_t *rt, const char *text)
{
    rt_t  *r = rt->impl;
    cJSON *message, *item, *part;

    if (!r->ready) {
        return -EAGAIN;
    }

    message = rt_message(r, "conversation.item.create");
    item = cJSON_AddObjectToObject(message, "item");
    (void) cJSON_AddStringToObject(item, "type", "message");
    (void) cJSON_AddStringToObject(item, "role", "user");
    part = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(part, "type", "input_text");
    (void) cJSON_AddStringToObject(part, "text", text);
    (void) cJSON_AddItemToArray(cJSON_AddArrayToObject(item, "content"), part);

    r->answer_due = 1;
    r->rounds = 0;
    if (rt_send(r, message) == 0) {
        rt_next(r);
    }

    return r->failed ? -EPIPE : 0;
}

static int
rt_tool_result(realtime_t *rt, const char *id, const char *result, int answer)
{
    rt_t  *r = rt->impl;
    cJSON *message, *item;
    size_t i;

    for (i = 0; i < RT_CALLS; i++) {
        if (id[0] != '\0' && strcmp(r->calls[i].id, id) == 0) {
            break;
        }
    }

    if (i == RT_CALLS) {
        return -ENOENT;
    }

    rt_call_clear(&r->calls[i]);
    r->calls_open--;

    message = rt_message(r, "conversation.item.create");
    item = cJSON_AddObjectToObject(message, "item");
    (void) cJSON_AddStringToObject(item, "type", "function_call_output");
    (void) cJSON_AddStringToObject(item, "call_id", id);
    (void) cJSON_AddStringToObject(item, "output", result);

    if (answer) {
        r->answer_due = 1;
    }

    if (rt_send(r, message) == 0) {
        rt_next(r);
    }

    return r->failed ? -EPIPE : 0;
}

/* Never more than it gave: that it takes for an error. */
static int
rt_truncate(realtime_t *rt, uint32_t number, uint32_t heard_ms)
{
    rt_t            *r = rt->impl;
    cJSON           *message;
    const rt_item_t *item = &r->items[number % RT_ITEMS];

    if (number == 0 || item->number != number) {
        return -ENOENT;
    }

    if (heard_ms > item->bytes / 8) {
        heard_ms = item->bytes / 8;
    }

    if (item->done && heard_ms == item->bytes / 8) {
        return 0; /* all of it was heard */
    }

    message = rt_message(r, "conversation.item.truncate");
    (void) cJSON_AddStringToObject(message, "item_id", item->id);
    (void) cJSON_AddNumberToObject(message, "content_index", item->content);
    (void) cJSON_AddNumberToObject(message, "audio_end_ms", heard_ms);

    return rt_send(r, message);
}

/*
 * While the caller speaks it has canceled by itself, and would take a second
 * one for an error.
 */
static int
rt_interrupt(realtime_t *rt)
{
    rt_t  *r = rt->impl;
    cJSON *message;

    r->answer_due = 0;
    if (!r->say_must) {
        free(r->say);
        r->say = NULL;
    }

    if (!r->active || r->dropped) {
        return 0;
    }

    r->dropped = 1;

    if (r->speaking && r->rt->config->interruptions) {
        return 0;
    }

    message = rt_message(r, "response.cancel");
    if (r->response[0] != '\0') {
        (void) cJSON_AddStringToObject(message, "response_id", r->response);
    }

    return rt_send(r, message);
}

static void
rt_close(realtime_t *rt)
{
    rt_t *r = rt->impl;

    if (r == NULL) {
        return;
    }

    rt->impl = NULL;
    r->rt = NULL;
    ws_destroy(r->ws);
    r->ws = NULL;
    uv_close((uv_handle_t *) &r->timer, rt_on_freed);
}

/* Later, so that an event may close what it is an event of. */
static void
rt_on_freed(uv_handle_t *timer)
{
    size_t i;
    rt_t  *r = timer->data;

    for (i = 0; i < RT_CALLS; i++) {
        rt_call_clear(&r->calls[i]);
    }

    free(r->say);
    free(r);
}

static int
rt_connect(rt_t *r)
{
    int                      rc = -ENOMEM;
    char                    *url, *header = NULL;
    ws_options_t             options;
    const provider_access_t *access = &r->rt->config->access;

    url = rt_address(access);

    if (url != NULL
        && asprintf(&header, "Authorization: Bearer %s", access->key) >= 0)
    {
        memset(&options, 0, sizeof(options));
        options.peer.service = "openai_realtime";
        options.peer.credential = access->key;
        options.peer.url = url;
        options.peer.trusted = access->trusted;
        options.headers = (const char *const[]){ header, NULL };
        options.connect_ms = RT_OPEN_MS;
        options.ping_ms = RT_PING_MS;
        options.message_max = RT_MESSAGE_MAX;
        rc = ws_open(&r->ws, access->net, &options, &rt_ws_events, r);
    }

    if (header != NULL) {
        OPENSSL_cleanse(header, strlen(header));
    }
    free(header);
    free(url);

    return rc;
}

/* Settings have the address as of HTTP. */
static char *
rt_address(const provider_access_t *access)
{
    char       *url = NULL;
    size_t      length;
    const char *base = access->base_url[0] != '\0' ? access->base_url : RT_URL;
    const char *model = access->model[0] != '\0' ? access->model : RT_MODEL;

    /* A model's name goes into the address: it has no letter that matters. */
    if (model[strspn(model, "abcdefghijklmnopqrstuvwxyz0123456789.-_"
                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
        != '\0')
    {
        return NULL;
    }

    if (strncmp(base, "http", 4) == 0) {
        base += 4;
    } else if (strncmp(base, "ws", 2) == 0) {
        base += 2;
    } else {
        return NULL;
    }

    length = strlen(base);
    while (length > 0 && base[length - 1] == '/') {
        length--;
    }

    return asprintf(&url, "ws%.*s/realtime?model=%s", (int) length, base,
                    model)
                   < 0
               ? NULL
               : url;
}

static void
rt_feed_bytes(rt_t *r, const uint8_t *ulaw, size_t count)
{
    size_t n;

    while (count > 0) {
        n = RT_CHUNK_BYTES - r->chunk_bytes;
        n = n < count ? n : count;
        memcpy(r->chunk + r->chunk_bytes, ulaw, n);
        r->chunk_bytes += n;
        ulaw += n;
        count -= n;

        if (r->chunk_bytes == RT_CHUNK_BYTES) {
            rt_send_chunk(r);
        }
    }
}

static void
rt_keep_early(rt_t *r, const uint8_t *ulaw, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        r->early[r->early_at] = ulaw[i];
        r->early_at = (r->early_at + 1) % RT_EARLY_BYTES;
    }

    r->early_bytes += count;
    if (r->early_bytes > RT_EARLY_BYTES) {
        r->early_bytes = RT_EARLY_BYTES;
    }
}

/* What it cannot take in time is lost, as on a bad line. */
static void
rt_send_chunk(rt_t *r)
{
    int    n;
    char   text[64 + RT_CHUNK_BYTES * 4 / 3 + 8];
    size_t head;

    head = (size_t) snprintf(text, sizeof(text),
                             "{\"type\":\"input_audio_buffer.append\","
                             "\"audio\":\"");
    n = EVP_EncodeBlock((unsigned char *) text + head, r->chunk,
                        (int) r->chunk_bytes);
    memcpy(text + head + n, "\"}", 2);
    r->chunk_bytes = 0;

    (void) ws_send_text(r->ws, text, head + (size_t) n + 2);
}

void
rt_configure(rt_t *r)
{
    cJSON *message = rt_message(r, "session.update");

    (void) cJSON_AddItemToObject(message, "session",
                                 rt_session(r->rt->config));
    (void) rt_send(r, message);
}

void
rt_ready(rt_t *r)
{
    size_t from;

    r->ready = 1;
    from = (r->early_at + RT_EARLY_BYTES - r->early_bytes) % RT_EARLY_BYTES;

    while (r->early_bytes > 0) {
        rt_feed_bytes(r, r->early + from, 1);
        from = (from + 1) % RT_EARLY_BYTES;
        r->early_bytes--;
    }

    r->rt->events->on_ready(r->rt->data);
    rt_next(r);
}

void
rt_next(rt_t *r)
{
    /* An event before may have closed it. */
    if (r->rt == NULL || !r->ready || r->failed || r->active || r->speaking
        || r->calls_open > 0)
    {
        return;
    }

    if (r->answer_due) {
        r->answer_due = 0;
        rt_create(r, NULL, 1);
    } else if (r->say != NULL && !r->say_sent) {
        r->say_sent = 1;
        rt_create(r, r->say, 0);
    }
}

static void
rt_create(rt_t *r, const char *say, int answer)
{
    char  *instructions = NULL;
    cJSON *message, *response;

    message = rt_message(r, "response.create");
    r->create_event = r->events;
    r->created_answer = answer != 0;
    r->active = 1;
    r->dropped = 0;
    r->response[0] = '\0';
    r->response_bytes = 0;
    response = cJSON_AddObjectToObject(message, "response");

    if (say != NULL
        && asprintf(&instructions,
                    "Say exactly this to the caller, word for word, and "
                    "nothing else: \"%s\"",
                    say)
               >= 0)
    {
        (void) cJSON_AddStringToObject(response, "instructions",
                                       instructions);
        (void) cJSON_AddStringToObject(response, "tool_choice", "none");
    } else if (answer && ++r->rounds >= RT_ROUNDS_MAX) {
        (void) cJSON_AddStringToObject(response, "tool_choice", "none");
    }

    free(instructions);

    if (rt_send(r, message) == 0) {
        rt_owe(r);
    }
}

void
rt_owe(rt_t *r)
{
    r->owed_ms = r->rt != NULL ? uv_now(r->rt->loop) : 0;
}

int
rt_send(rt_t *r, cJSON *message)
{
    int   rc = -ENOMEM;
    char *text;

    text = cJSON_PrintUnformatted(message);
    cJSON_Delete(message);

    if (text != NULL && !r->failed && r->ws != NULL) {
        rc = ws_send_text(r->ws, text, strlen(text));
    }

    cJSON_free(text);

    if (rc < 0) {
        rt_fail(r, FAULT_LOST, "it does not take what it is told");
    }

    return rc;
}

void
rt_fail(rt_t *r, fault_e kind, const char *reason)
{
    fault_t fault = { kind, 0, reason };

    if (r->failed || r->rt == NULL) {
        return;
    }

    r->failed = 1;
    r->owed_ms = 0;
    r->rt->events->on_error(r->rt->data, &fault);
}

void
rt_call_clear(rt_call_t *call)
{
    free(call->args);
    memset(call, 0, sizeof(*call));
}

/* Numbered: its errors name what they are about. */
static cJSON *
rt_message(rt_t *r, const char *type)
{
    char   id[24];
    cJSON *message = cJSON_CreateObject();

    (void) snprintf(id, sizeof(id), "evt_%u", ++r->events);
    (void) cJSON_AddStringToObject(message, "type", type);
    (void) cJSON_AddStringToObject(message, "event_id", id);

    return message;
}

static cJSON *
rt_session(const realtime_config_t *c)
{
    cJSON *session, *audio, *output;

    session = cJSON_CreateObject();
    (void) cJSON_AddStringToObject(session, "type", "realtime");
    (void) cJSON_AddItemToArray(
        cJSON_AddArrayToObject(session, "output_modalities"),
        cJSON_CreateString("audio"));
    (void) cJSON_AddStringToObject(session, "instructions", c->instructions);
    rt_add_input(session, c);

    audio = cJSON_GetObjectItemCaseSensitive(session, "audio");
    output = cJSON_AddObjectToObject(audio, "output");
    (void) cJSON_AddStringToObject(cJSON_AddObjectToObject(output, "format"),
                                   "type", "audio/pcmu");
    (void) cJSON_AddStringToObject(output, "voice",
                                   c->voice != NULL && c->voice[0] != '\0'
                                       ? c->voice
                                       : RT_VOICE);

    rt_add_tools(session, c);
    (void) cJSON_AddNumberToObject(session, "max_output_tokens",
                                   RT_TOKENS_MAX);

    return session;
}

static void
rt_add_input(cJSON *session, const realtime_config_t *c)
{
    char   language[4] = "";
    cJSON *input, *part;
    size_t length = strcspn(c->language, "-");

    input = cJSON_AddObjectToObject(cJSON_AddObjectToObject(session, "audio"),
                                    "input");
    (void) cJSON_AddStringToObject(cJSON_AddObjectToObject(input, "format"),
                                   "type", "audio/pcmu");

    part = cJSON_AddObjectToObject(input, "transcription");
    (void) cJSON_AddStringToObject(part, "model", RT_TRANSCRIBER);
    if (length == 2) {
        memcpy(language, c->language, length);
        (void) cJSON_AddStringToObject(part, "language", language);
    }

    (void) cJSON_AddStringToObject(
        cJSON_AddObjectToObject(input, "noise_reduction"), "type",
        "near_field");

    part = cJSON_AddObjectToObject(input, "turn_detection");
    (void) cJSON_AddStringToObject(part, "type", "server_vad");
    (void) cJSON_AddNumberToObject(part, "threshold", 0.5);
    (void) cJSON_AddNumberToObject(part, "prefix_padding_ms", 300);
    (void) cJSON_AddNumberToObject(part, "silence_duration_ms", 500);
    (void) cJSON_AddTrueToObject(part, "create_response");
    (void) cJSON_AddBoolToObject(part, "interrupt_response",
                                 c->interruptions);
}

static void
rt_add_tools(cJSON *session, const realtime_config_t *c)
{
    cJSON *tools, *tool, *schema;
    size_t i;

    tools = cJSON_AddArrayToObject(session, "tools");

    for (i = 0; i < c->tool_count; i++) {
        schema = cJSON_Parse(c->tools[i].schema);
        if (schema == NULL) {
            continue;
        }

        tool = cJSON_CreateObject();
        (void) cJSON_AddStringToObject(tool, "type", "function");
        (void) cJSON_AddStringToObject(tool, "name", c->tools[i].name);
        (void) cJSON_AddStringToObject(tool, "description",
                                       c->tools[i].description);
        (void) cJSON_AddItemToObject(tool, "parameters", schema);
        (void) cJSON_AddItemToArray(tools, tool);
    }

    (void) cJSON_AddStringToObject(session, "tool_choice", "auto");
}

/* No wait is without an end. */
static void
rt_on_check(uv_timer_t *timer)
{
    rt_t    *r = timer->data;
    uint64_t now = uv_now(timer->loop);

    if (r->rt == NULL || r->failed) {
        return;
    }

    if (!r->ready && now > r->opened_ms + RT_OPEN_MS) {
        rt_fail(r, FAULT_LOST, "it took too long to begin");
    } else if (r->owed_ms != 0 && now > r->owed_ms + RT_OWED_MS) {
        rt_fail(r, FAULT_LOST, "it does not answer");
    }
}

/* It says session.created, is told what we want, and says session.updated. */
static void
rt_on_open(void *data, const http_head_t *head)
{
    (void) data;
    (void) head;
}

static void
rt_on_text(void *data, const char *text, size_t length)
{
    rt_t *r = data;

    if (!r->failed && r->rt != NULL) {
        rt_read(r, text, length);
    }
}

static void
rt_on_binary(void *data, const uint8_t *bytes, size_t length)
{
    (void) bytes;
    (void) length;
    rt_fail(data, FAULT_INVALID, "it sent what is no text");
}

static void
rt_on_closed(void *data, int code, const char *text, const fault_t *fault)
{
    (void) code;
    (void) text;
    rt_fail(data, fault != NULL ? fault->kind : FAULT_LOST,
            fault != NULL ? fault->reason : "it was closed");
}
