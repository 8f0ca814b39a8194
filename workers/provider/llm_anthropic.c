/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_chat.h"
#include "provider/llm_history.h"
#include "provider/llm_prompt.h"

/*
 * Anthropic's messages. An answer is blocks, each with its index: words, tool
 * calls, and kinds that are nobody's here.
 */

#define MODEL_BYTES   200
#define ANSWER_TOKENS 400

static cJSON *anthropic_body(const llm_chat_t *chat, const llm_request_t *what,
                             const llm_manner_t *manner);
static cJSON *anthropic_system(const llm_chat_t *chat, int64_t now_ms);
static int    system_add(cJSON *system, const char *text, int kept);
static char  *anthropic_tools(const llm_config_t *config);
static void   anthropic_on_event(llm_exchange_t *x, const cJSON *json);
static void   anthropic_on_whole(llm_exchange_t *x, const cJSON *json);
static void   anthropic_on_block(llm_exchange_t *x, int index,
                                 const cJSON *block);
static void   anthropic_on_delta(llm_exchange_t *x, int index,
                                 const cJSON *delta);
static void   anthropic_on_stop(llm_exchange_t *x, const char *reason);
static void   anthropic_on_usage(llm_exchange_t *x, const cJSON *usage);

static uint32_t    tokens_of(const cJSON *object, const char *name);
static const char *string_of(const cJSON *object, const char *name);

static const char *const anthropic_headers[] = {
    "x-api-key: %s", "anthropic-version: 2023-06-01", NULL
};

static const llm_service_t service_anthropic = {
    .name = "anthropic",
    .base_url = "https://api.anthropic.com",
    .path = "/v1/messages",
    .model = "claude-haiku-4-5",
    .first_ms = 2500,
    .needs_key = 1,
    .body = anthropic_body,
    .headers = anthropic_headers,
    .on_event = anthropic_on_event,
    .on_whole = anthropic_on_whole,
};

static int
anthropic_open(llm_t *llm)
{
    return llm_chat_open(llm, &service_anthropic,
                         anthropic_tools(llm->config));
}

extern const llm_provider_t llm_anthropic;
const llm_provider_t        llm_anthropic = {
           .name = "anthropic",
           .open = anthropic_open,
           .request = llm_chat_request,
           .cancel = llm_chat_cancel,
           .save = llm_chat_save,
           .close = llm_chat_close,
};

/* ---- the request ---- */

static cJSON *
anthropic_body(const llm_chat_t *chat, const llm_request_t *what,
               const llm_manner_t *manner)
{
    char     model[MODEL_BYTES];
    float    temperature = chat->llm->config->temperature;
    cJSON   *body, *messages, *system;
    uint32_t tokens = chat->llm->config->max_tokens;

    (void) llm_chat_model(chat, model, sizeof(model));
    body = cJSON_CreateObject();
    system = anthropic_system(chat, what->now_ms);
    messages = llm_history_make(what, LLM_FORM_ANTHROPIC,
                                manner->history_bytes);

    if (system == NULL || messages == NULL
        || cJSON_AddStringToObject(body, "model", model) == NULL
        || cJSON_AddNumberToObject(body, "max_tokens",
                                   tokens > 0 ? tokens : ANSWER_TOKENS)
               == NULL
        || cJSON_AddTrueToObject(body, "stream") == NULL
        || (chat->tools != NULL
            && cJSON_AddRawToObject(body, "tools", chat->tools) == NULL))
    {
        goto failed;
    }

    if (temperature >= 0.0f && !manner->bare
        && cJSON_AddNumberToObject(body, "temperature",
                                   temperature > 1.0f
                                       ? 1.0
                                       : (int) (temperature * 100 + 0.5f)
                                             / 100.0)
               == NULL)
    {
        goto failed;
    }

    if (!cJSON_AddItemToObject(body, "system", system)) {
        goto failed;
    }
    system = NULL;

    if (!cJSON_AddItemToObject(body, "messages", messages)) {
        goto failed;
    }

    return body;

failed:
    cJSON_Delete(body);
    cJSON_Delete(system);
    cJSON_Delete(messages);
    return NULL;
}

/* Tools and what stays the same are kept by the service; the time is not. */
static cJSON *
anthropic_system(const llm_chat_t *chat, int64_t now_ms)
{
    char  *now = llm_prompt_now(chat->llm->config, now_ms);
    cJSON *system = cJSON_CreateArray();

    if (now == NULL || system == NULL || system_add(system, chat->prompt, 1) < 0
        || system_add(system, now, 0) < 0)
    {
        cJSON_Delete(system);
        system = NULL;
    }

    free(now);

    return system;
}

static int
system_add(cJSON *system, const char *text, int kept)
{
    cJSON *cache, *block = cJSON_CreateObject();

    if (!cJSON_AddItemToArray(system, block)) {
        cJSON_Delete(block);
        return -ENOMEM;
    }

    if (cJSON_AddStringToObject(block, "type", "text") == NULL
        || cJSON_AddStringToObject(block, "text", text) == NULL)
    {
        return -ENOMEM;
    }

    if (kept) {
        cache = cJSON_AddObjectToObject(block, "cache_control");
        if (cJSON_AddStringToObject(cache, "type", "ephemeral") == NULL) {
            return -ENOMEM;
        }
    }

    return 0;
}

static char *
anthropic_tools(const llm_config_t *config)
{
    char  *text = NULL;
    cJSON *list, *tool, *schema;
    size_t i;

    if (config->tool_spec_count == 0) {
        return NULL;
    }

    list = cJSON_CreateArray();
    for (i = 0; i < config->tool_spec_count; i++) {
        tool = cJSON_CreateObject();
        if (!cJSON_AddItemToArray(list, tool)) {
            cJSON_Delete(tool);
            goto done;
        }

        schema = cJSON_Parse(config->tool_specs[i].schema);
        if (cJSON_AddStringToObject(tool, "name", config->tool_specs[i].name)
                == NULL
            || cJSON_AddStringToObject(tool, "description",
                                       config->tool_specs[i].description)
                   == NULL
            || !cJSON_AddItemToObject(tool, "input_schema", schema))
        {
            cJSON_Delete(schema);
            goto done;
        }
    }

    text = cJSON_PrintUnformatted(list);

done:
    cJSON_Delete(list);
    return text;
}

/* ---- the answer ---- */

static void
anthropic_on_event(llm_exchange_t *x, const cJSON *json)
{
    int          at = -1;
    const char  *type = string_of(json, "type");
    const cJSON *delta, *index;

    if (type == NULL) {
        return;
    }

    index = cJSON_GetObjectItemCaseSensitive(json, "index");
    if (cJSON_IsNumber(index) && index->valueint >= 0) {
        at = index->valueint;
    }

    delta = cJSON_GetObjectItemCaseSensitive(json, "delta");

    if (strcmp(type, "message_start") == 0) {
        anthropic_on_usage(
            x, cJSON_GetObjectItemCaseSensitive(
                   cJSON_GetObjectItemCaseSensitive(json, "message"),
                   "usage"));
    } else if (strcmp(type, "content_block_start") == 0) {
        anthropic_on_block(
            x, at, cJSON_GetObjectItemCaseSensitive(json, "content_block"));
    } else if (strcmp(type, "content_block_delta") == 0) {
        anthropic_on_delta(x, at, delta);
    } else if (strcmp(type, "message_delta") == 0) {
        anthropic_on_usage(x, cJSON_GetObjectItemCaseSensitive(json, "usage"));
        anthropic_on_stop(x, string_of(delta, "stop_reason"));
    } else if (strcmp(type, "message_stop") == 0) {
        llm_exchange_end(x);
    }
    /* Pings, and whatever else there will be, are a sign of life. */
}

static void
anthropic_on_whole(llm_exchange_t *x, const cJSON *json)
{
    int          at = 0;
    const cJSON *block;

    anthropic_on_usage(x, cJSON_GetObjectItemCaseSensitive(json, "usage"));
    cJSON_ArrayForEach(block, cJSON_GetObjectItemCaseSensitive(json,
                                                               "content"))
    {
        anthropic_on_block(x, at++, block);
    }

    anthropic_on_stop(x, string_of(json, "stop_reason"));
}

static void
anthropic_on_block(llm_exchange_t *x, int index, const cJSON *block)
{
    char        *args = NULL;
    const char  *type = string_of(block, "type"), *text;
    const cJSON *input;

    if (type == NULL) {
        return;
    }

    if (strcmp(type, "text") == 0) {
        text = string_of(block, "text");
        llm_exchange_say(x, text != NULL ? text : "");
        return;
    }

    if (strcmp(type, "tool_use") != 0) {
        return;
    }

    /* Empty here, unless somebody between sends all at once. */
    input = cJSON_GetObjectItemCaseSensitive(block, "input");
    if (cJSON_IsObject(input) && input->child != NULL) {
        args = cJSON_PrintUnformatted(input);
    }

    llm_exchange_call(x, index, string_of(block, "id"),
                      string_of(block, "name"), args);
    cJSON_free(args);
}

static void
anthropic_on_delta(llm_exchange_t *x, int index, const cJSON *delta)
{
    const char *type = string_of(delta, "type"), *text;

    if (type == NULL) {
        return;
    }

    if (strcmp(type, "text_delta") == 0) {
        text = string_of(delta, "text");
        llm_exchange_say(x, text != NULL ? text : "");
        return;
    }

    /* Tools of the service itself have such deltas, too. */
    if (strcmp(type, "input_json_delta") == 0 && index >= 0
        && llm_calls_has(&x->calls, index))
    {
        llm_exchange_call(x, index, NULL, NULL,
                          string_of(delta, "partial_json"));
    }
}

static void
anthropic_on_stop(llm_exchange_t *x, const char *reason)
{
    if (reason == NULL) {
        return;
    }

    if (strcmp(reason, "refusal") == 0) {
        llm_exchange_stop(x, LLM_STOP_FILTERED);
    } else if (strcmp(reason, "max_tokens") == 0
               || strcmp(reason, "model_context_window_exceeded") == 0)
    {
        llm_exchange_stop(x, LLM_STOP_LENGTH);
    } else {
        llm_exchange_stop(x, LLM_STOP_WHOLE);
    }
}

/* Of what goes in each part is told but once; what comes out grows. */
static void
anthropic_on_usage(llm_exchange_t *x, const cJSON *usage)
{
    uint32_t cached, in;

    if (!cJSON_IsObject(usage)) {
        return;
    }

    cached = tokens_of(usage, "cache_read_input_tokens");
    in = tokens_of(usage, "input_tokens") + cached
         + tokens_of(usage, "cache_creation_input_tokens");

    x->has_usage = 1;
    x->usage.tokens_out = tokens_of(usage, "output_tokens");
    if (in > 0) {
        x->usage.tokens_in = in;
        x->usage.tokens_cached = cached;
    }
}

static uint32_t
tokens_of(const cJSON *object, const char *name)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) && item->valueint > 0
               ? (uint32_t) item->valueint
               : 0;
}

static const char *
string_of(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object,
                                                                 name));
}
