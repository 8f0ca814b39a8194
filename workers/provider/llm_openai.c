/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/llm_chat.h"
#include "provider/llm_history.h"
#include "provider/llm_prompt.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/*
 * Chat completions, as OpenAI began them and many others took them over. What
 * they do differently is in the rows at the end.
 */

#define MODEL_BYTES     200
#define FALLBACKS_MAX   3   /* as OpenRouter takes */
#define ANSWER_TOKENS   400 /* an answer on the telephone is short */
#define THINKING_TOKENS 2000

typedef struct {
    const char *tokens; /* the name of an answer's length */
    unsigned    openai:1;
    unsigned    router:1;
    unsigned    templates:1; /* thinking is switched by the template */
} flavor_t;

static int    row_open(llm_t *llm, const llm_service_t *service);
static cJSON *openai_body(const llm_chat_t *chat, const llm_request_t *what,
                          const llm_manner_t *manner);
static cJSON *openai_messages(const llm_chat_t    *chat,
                              const llm_request_t *what,
                              const llm_manner_t  *manner);
static int    openai_model(const llm_chat_t *chat, cJSON *body, char *model);
static int    openai_router(cJSON *body, const llm_chat_t *chat);
static int    openai_settings(cJSON *body, const llm_chat_t *chat,
                              const char *model, int bare);

static const char *effort_of(const char *model);

static char *openai_tools(const llm_config_t *config);
static void  openai_on_event(llm_exchange_t *x, const cJSON *json);
static void  openai_on_delta(llm_exchange_t *x, const cJSON *delta);
static void  openai_on_call(llm_exchange_t *x, const cJSON *call);
static void  openai_on_finish(llm_exchange_t *x, const char *reason,
                              const cJSON *json);
static void  openai_on_usage(llm_exchange_t *x, const cJSON *usage);

static uint32_t    tokens_of(const cJSON *object, const char *name);
static const char *string_of(const cJSON *object, const char *name);

/*
 * Models that think first, by how their names begin, and the least that they
 * can be asked to. A caller waits meanwhile. "": they do not think.
 */
static const struct {
    const char *begins;
    const char *effort;
} efforts[] = {
    { "gpt-5-chat", "" },
    { "gpt-5.", "none" },
    { "gpt-5", "minimal" },
    { "gpt-oss", "low" },
    { "o1", "low" },
    { "o3", "low" },
    { "o4", "low" },
    { "qwen3", "none" },
};

static const char *
effort_of(const char *model)
{
    size_t      i;
    const char *name = strrchr(model, '/');

    name = name != NULL ? name + 1 : model;
    for (i = 0; i < COUNT(efforts); i++) {
        if (strncmp(name, efforts[i].begins, strlen(efforts[i].begins)) == 0) {
            return efforts[i].effort;
        }
    }

    return "";
}

/* ---- the request ---- */

static int
row_open(llm_t *llm, const llm_service_t *service)
{
    return llm_chat_open(llm, service, openai_tools(llm->config));
}

static cJSON *
openai_body(const llm_chat_t *chat, const llm_request_t *what,
            const llm_manner_t *manner)
{
    char            model[MODEL_BYTES];
    cJSON          *body, *messages;
    const flavor_t *flavor = chat->service->more;

    body = cJSON_CreateObject();
    messages = openai_messages(chat, what, manner);
    if (body == NULL || messages == NULL
        || openai_model(chat, body, model) < 0
        || (flavor->router && openai_router(body, chat) < 0)
        || openai_settings(body, chat, model, manner->bare) < 0
        || (chat->tools != NULL
            && cJSON_AddRawToObject(body, "tools", chat->tools) == NULL))
    {
        goto failed;
    }

    if (!cJSON_AddItemToObject(body, "messages", messages)) {
        goto failed;
    }

    return body;

failed:
    cJSON_Delete(body);
    cJSON_Delete(messages);
    return NULL;
}

/* What stays the same comes first: services keep what they have read. */
static cJSON *
openai_messages(const llm_chat_t *chat, const llm_request_t *what,
                const llm_manner_t *manner)
{
    int    length;
    char  *now, *text = NULL;
    cJSON *messages, *system;

    messages = llm_history_make(what, LLM_FORM_OPENAI, manner->history_bytes);
    system = cJSON_CreateObject();
    now = llm_prompt_now(chat->llm->config, what->now_ms);
    if (messages == NULL || system == NULL || now == NULL) {
        goto failed;
    }

    length = asprintf(&text, "%s\n%s", chat->prompt, now);
    if (length < 0) {
        text = NULL;
        goto failed;
    }

    if (cJSON_AddStringToObject(system, "role", "system") == NULL
        || cJSON_AddStringToObject(system, "content", text) == NULL
        || !cJSON_InsertItemInArray(messages, 0, system))
    {
        goto failed;
    }

    free(text);
    free(now);
    return messages;

failed:
    free(text);
    free(now);
    cJSON_Delete(system);
    cJSON_Delete(messages);
    return NULL;
}

static int
openai_model(const llm_chat_t *chat, cJSON *body, char *model)
{
    (void) llm_chat_model(chat, model, MODEL_BYTES);

    return cJSON_AddStringToObject(body, "model", model) != NULL
                   && cJSON_AddTrueToObject(body, "stream") != NULL
               ? 0
               : -ENOMEM;
}

/* Which of its suppliers, and what is asked when the first model fails. */
static int
openai_router(cJSON *body, const llm_chat_t *chat)
{
    char        model[MODEL_BYTES];
    int         count = 0;
    cJSON      *provider, *models = NULL;
    size_t      used, length;
    const char *list = chat->llm->config->access.model;

    provider = cJSON_AddObjectToObject(body, "provider");
    if (cJSON_AddStringToObject(provider, "data_collection", "deny") == NULL
        || cJSON_AddStringToObject(provider, "sort", "latency") == NULL
        || (chat->tools != NULL
            && cJSON_AddTrueToObject(provider, "require_parameters") == NULL))
    {
        return -ENOMEM;
    }

    list += llm_chat_model(chat, model, sizeof(model));
    while (*list != '\0' && count < FALLBACKS_MAX) {
        list += strspn(list, " ,");
        used = strcspn(list, ",");
        length = used;
        while (length > 0 && list[length - 1] == ' ') {
            length--;
        }
        if (length > 0 && length < sizeof(model)) {
            memcpy(model, list, length);
            model[length] = '\0';
            if (models == NULL) {
                models = cJSON_AddArrayToObject(body, "models");
            }
            if (!cJSON_AddItemToArray(models, cJSON_CreateString(model))) {
                return -ENOMEM;
            }
            count++;
        }
        list += used;
    }

    return 0;
}

static int
openai_settings(cJSON *body, const llm_chat_t *chat, const char *model,
                int bare)
{
    float           temperature = chat->llm->config->temperature;
    cJSON          *options;
    uint32_t        tokens = chat->llm->config->max_tokens;
    const char     *effort = effort_of(model);
    const flavor_t *flavor = chat->service->more;

    /* Those who think count it as their answer, even the least of it. */
    if (effort[0] != '\0' && strcmp(effort, "none") != 0) {
        tokens = tokens > THINKING_TOKENS ? tokens : THINKING_TOKENS;
    } else if (tokens == 0) {
        tokens = ANSWER_TOKENS;
    }

    if (cJSON_AddNumberToObject(body, flavor->tokens, tokens) == NULL) {
        return -ENOMEM;
    }

    if (bare) {
        return 0;
    }

    options = cJSON_AddObjectToObject(body, "stream_options");
    if (cJSON_AddTrueToObject(options, "include_usage") == NULL
        || (flavor->openai
            && (cJSON_AddFalseToObject(options, "include_obfuscation") == NULL
                || cJSON_AddFalseToObject(body, "store") == NULL)))
    {
        return -ENOMEM;
    }

    if (effort[0] == '\0') {
        if (temperature >= 0.0f
            && cJSON_AddNumberToObject(body, "temperature",
                                       temperature > 2.0f
                                           ? 2.0
                                           : (int) (temperature * 100 + 0.5f)
                                                 / 100.0)
                   == NULL)
        {
            return -ENOMEM;
        }
        return 0;
    }

    if (flavor->templates && strcmp(effort, "none") == 0) {
        options = cJSON_AddObjectToObject(body, "chat_template_kwargs");
        return cJSON_AddFalseToObject(options, "enable_thinking") != NULL
                   ? 0
                   : -ENOMEM;
    }

    return cJSON_AddStringToObject(body, "reasoning_effort", effort) != NULL
               ? 0
               : -ENOMEM;
}

/* As text: it is the same in every request. */
static char *
openai_tools(const llm_config_t *config)
{
    int    ok;
    char  *text = NULL;
    cJSON *list, *tool, *function, *schema;
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
        function = NULL;
        ok = cJSON_AddStringToObject(tool, "type", "function") != NULL
             && (function = cJSON_AddObjectToObject(tool, "function")) != NULL
             && cJSON_AddStringToObject(function, "name",
                                        config->tool_specs[i].name)
                    != NULL
             && cJSON_AddStringToObject(function, "description",
                                        config->tool_specs[i].description)
                    != NULL;
        if (!ok || !cJSON_AddItemToObject(function, "parameters", schema)) {
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

/* A chunk, or a whole answer, which has `message` for `delta`. */
static void
openai_on_event(llm_exchange_t *x, const cJSON *json)
{
    const char  *reason;
    const cJSON *choice, *delta;

    openai_on_usage(x, cJSON_GetObjectItemCaseSensitive(json, "usage"));

    /* One answer was asked for; others are nobody's. */
    choice = cJSON_GetArrayItem(
        cJSON_GetObjectItemCaseSensitive(json, "choices"), 0);
    if (!cJSON_IsObject(choice)) {
        return;
    }

    delta = cJSON_GetObjectItemCaseSensitive(choice, "delta");
    if (!cJSON_IsObject(delta)) {
        delta = cJSON_GetObjectItemCaseSensitive(choice, "message");
    }

    openai_on_delta(x, delta);
    reason = string_of(choice, "finish_reason");
    if (!llm_exchange_is_over(x) && reason != NULL && reason[0] != '\0') {
        openai_on_finish(x, reason, json);
    }
}

/* Of all members only these: what it thinks has other names. */
static void
openai_on_delta(llm_exchange_t *x, const cJSON *delta)
{
    const char  *content = string_of(delta, "content");
    const cJSON *call, *calls;

    if (content != NULL) {
        llm_exchange_say(x, content);
    }

    calls = cJSON_GetObjectItemCaseSensitive(delta, "tool_calls");
    cJSON_ArrayForEach(call, calls)
    {
        openai_on_call(x, call);
    }
}

static void
openai_on_call(llm_exchange_t *x, const cJSON *call)
{
    int          at = -1;
    char        *text = NULL;
    const char  *given;
    const cJSON *index, *function, *args;

    if (!cJSON_IsObject(call)) {
        return;
    }

    index = cJSON_GetObjectItemCaseSensitive(call, "index");
    if (cJSON_IsNumber(index) && index->valueint >= 0) {
        at = index->valueint;
    }

    function = cJSON_GetObjectItemCaseSensitive(call, "function");
    args = cJSON_GetObjectItemCaseSensitive(function, "arguments");
    given = cJSON_GetStringValue(args);
    if (given == NULL && cJSON_IsObject(args)) {
        text = cJSON_PrintUnformatted(args);
        given = text;
    }

    llm_exchange_call(x, at, string_of(call, "id"),
                      string_of(function, "name"), given);
    cJSON_free(text);
}

static void
openai_on_finish(llm_exchange_t *x, const char *reason, const cJSON *json)
{
    if (strcmp(reason, "error") == 0) {
        llm_exchange_error(x, json);
    } else if (strcmp(reason, "content_filter") == 0) {
        llm_exchange_stop(x, LLM_STOP_FILTERED);
    } else if (strcmp(reason, "length") == 0) {
        llm_exchange_stop(x, LLM_STOP_LENGTH);
    } else {
        llm_exchange_stop(x, LLM_STOP_WHOLE);
    }
}

/* Some send it with every chunk, each time all of it. */
static void
openai_on_usage(llm_exchange_t *x, const cJSON *usage)
{
    if (!cJSON_IsObject(usage)) {
        return;
    }

    x->has_usage = 1;
    x->usage.tokens_in = tokens_of(usage, "prompt_tokens");
    x->usage.tokens_out = tokens_of(usage, "completion_tokens");
    x->usage.tokens_cached = tokens_of(
        cJSON_GetObjectItemCaseSensitive(usage, "prompt_tokens_details"),
        "cached_tokens");
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

/* ---- the rows ---- */

static const char *const bearer[] = { "Authorization: Bearer %s", NULL };
static const char *const router_headers[] = { "Authorization: Bearer %s",
                                              "X-Title: FrontDesk", NULL };

static const flavor_t flavor_openai = { .tokens = "max_completion_tokens",
                                        .openai = 1 };
static const flavor_t flavor_router = { .tokens = "max_tokens", .router = 1 };
static const flavor_t flavor_groq = { .tokens = "max_completion_tokens" };
static const flavor_t flavor_ollama = { .tokens = "max_tokens" };
static const flavor_t flavor_others = { .tokens = "max_tokens",
                                        .templates = 1 };

#define CHAT_COMMON                                   \
    .path = "/chat/completions", .body = openai_body, \
    .on_event = openai_on_event, .on_whole = openai_on_event

static const llm_service_t service_openai = {
    CHAT_COMMON,
    .name = "openai",
    .base_url = "https://api.openai.com/v1",
    .model = "gpt-4.1-mini",
    .first_ms = 2500,
    .needs_key = 1,
    .more = &flavor_openai,
    .headers = bearer,
};

static const llm_service_t service_openrouter = {
    CHAT_COMMON,
    .name = "openrouter",
    .base_url = "https://openrouter.ai/api/v1",
    .model = "openai/gpt-4.1-mini",
    .first_ms = 2500,
    .needs_key = 1,
    .more = &flavor_router,
    .headers = router_headers,
};

static const llm_service_t service_groq = {
    CHAT_COMMON,
    .name = "groq",
    .base_url = "https://api.groq.com/openai/v1",
    .model = "llama-3.3-70b-versatile",
    .first_ms = 2500,
    .needs_key = 1,
    .more = &flavor_groq,
    .headers = bearer,
};

/* Nearby, and slower to begin: what reads the prompt is no data center. */
static const llm_service_t service_ollama = {
    CHAT_COMMON,
    .name = "ollama",
    .base_url = "http://127.0.0.1:11434/v1",
    .model = "llama3.1",
    .first_ms = 5000,
    .local = 1,
    .more = &flavor_ollama,
    .headers = bearer,
};

static const llm_service_t service_compatible = {
    CHAT_COMMON,
    .name = "openai_compatible",
    .base_url = "",
    .model = "",
    .first_ms = 5000,
    .more = &flavor_others,
    .headers = bearer,
};

#define CHAT_ROW(row, service)                \
    static int row##_open(llm_t *llm)         \
    {                                         \
        return row_open(llm, &(service));     \
    }                                         \
    extern const llm_provider_t llm_##row;    \
    const llm_provider_t        llm_##row = { \
               .name = #row,                  \
               .open = row##_open,            \
               .request = llm_chat_request,   \
               .cancel = llm_chat_cancel,     \
               .save = llm_chat_save,         \
               .close = llm_chat_close,       \
    }

CHAT_ROW(openai, service_openai);
CHAT_ROW(openrouter, service_openrouter);
CHAT_ROW(groq, service_groq);
CHAT_ROW(ollama, service_ollama);
CHAT_ROW(openai_compatible, service_compatible);
