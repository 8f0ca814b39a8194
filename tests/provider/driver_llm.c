/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdlib.h>
#include <string.h>

#include "provider/llm_history.h"
#include "provider/provider.h"
#include "tests/provider/driver.h"

/*
 *   open: provider, base_url, key, model, trusted, prompt, temperature,
 *         max_tokens, tools (names: each takes any object), contact_name;
 *         events of the model have this id and the number of the request
 *   ask: llm (the id of open), number, messages [{role, text, name, id,
 *        interrupted, doubtful}], now_ms; stops: "cancel" or "close" at the
 *        first event whose name is `at`
 *        "unasked": it could not even be asked
 *   cancel: llm, number
 *   close: llm
 *   history: form ("openai", "anthropic"), max, lists: several [messages];
 *            "history" with what became of each
 */

typedef struct one_s one_t;

struct one_s {
    one_t       *next;
    int          id;
    llm_t        llm;
    llm_config_t config;
    llm_tool_t  *specs;
    cJSON       *command; /* the strings */
    char         stops[8], at[8];
    unsigned     open:1;
    unsigned     stopped:1;
};

static one_t *all;

static void
one_close(one_t *one)
{
    if (one->open) {
        one->open = 0;
        one->llm.provider->close(&one->llm);
    }
}

static cJSON *
event_of(one_t *one, uint32_t request, const char *name)
{
    cJSON *event = driver_event(one->id, name);

    (void) cJSON_AddNumberToObject(event, "number", request);
    (void) cJSON_AddBoolToObject(event, "stopped", one->stopped || !one->open);

    return event;
}

/* What a handler may do within an event. */
static void
maybe_stop(one_t *one, uint32_t request, const char *name)
{
    if (one->stopped || strcmp(one->at, name) != 0) {
        return;
    }

    one->stopped = 1;
    if (strcmp(one->stops, "close") == 0) {
        one_close(one);
    } else {
        one->llm.provider->cancel(&one->llm, request);
    }
}

static void
on_text(void *data, uint32_t request, const char *text, size_t len)
{
    one_t *one = data;
    char  *copy = strndup(text, len);
    cJSON *event = event_of(one, request, "text");

    (void) cJSON_AddStringToObject(event, "text", copy);
    free(copy);
    driver_say(event);
    maybe_stop(one, request, "text");
}

static void
on_tool(void *data, uint32_t request, const char *id, const char *name,
        const char *args)
{
    one_t *one = data;
    cJSON *event = event_of(one, request, "tool");

    (void) cJSON_AddStringToObject(event, "call", id);
    (void) cJSON_AddStringToObject(event, "name", name);
    (void) cJSON_AddStringToObject(event, "args", args);
    driver_say(event);
    maybe_stop(one, request, "tool");
}

static void
on_usage(void *data, uint32_t request, const llm_usage_t *usage)
{
    one_t *one = data;
    cJSON *event = event_of(one, request, "usage");

    (void) cJSON_AddNumberToObject(event, "in", usage->tokens_in);
    (void) cJSON_AddNumberToObject(event, "cached", usage->tokens_cached);
    (void) cJSON_AddNumberToObject(event, "out", usage->tokens_out);
    driver_say(event);
    maybe_stop(one, request, "usage");
}

static void
on_done(void *data, uint32_t request)
{
    driver_say(event_of(data, request, "done"));
    maybe_stop(data, request, "done");
}

static void
on_error(void *data, uint32_t request, const fault_t *fault)
{
    cJSON *event = event_of(data, request, "error");

    driver_add_fault(event, fault);
    driver_say(event);
    maybe_stop(data, request, "error");
}

static const llm_events_t events = { on_text, on_tool, on_usage, on_done,
                                     on_error };

static void
config_read(one_t *one, driver_t *driver)
{
    int           i, count;
    const cJSON  *list = cJSON_GetObjectItem(one->command, "tools");
    llm_config_t *config = &one->config;

    config->client_name = "Brightwell \"Dental\"";
    config->timezone = "America/New_York";
    config->caller_phone = "+14155550123";
    config->contact_name = driver_text(one->command, "contact_name");
    config->language = "en-US";
    config->prompt = driver_text(one->command, "prompt");
    config->max_tokens = (uint32_t) driver_number(one->command, "max_tokens");
    config->temperature = (float) driver_number(one->command, "temperature");
    config->access.net = driver->net;
    config->access.base_url = driver_text(one->command, "base_url");
    config->access.key = driver_text(one->command, "key");
    config->access.model = driver_text(one->command, "model");
    config->access.trusted = !cJSON_IsFalse(
        cJSON_GetObjectItem(one->command, "trusted"));

    count = cJSON_GetArraySize(list);
    one->specs = calloc((size_t) count + 1, sizeof(llm_tool_t));
    for (i = 0; i < count; i++) {
        one->specs[i].name = cJSON_GetStringValue(cJSON_GetArrayItem(list, i));
        one->specs[i].description = "Does something.";
        one->specs[i].schema = "{\"type\":\"object\",\"properties\":{}}";
    }
    config->tool_specs = one->specs;
    config->tool_spec_count = (size_t) count;
}

static const char *
llm_open(driver_t *driver, const cJSON *command)
{
    int    rc;
    one_t *one = calloc(1, sizeof(one_t));

    one->id = (int) driver_number(command, "id");
    one->command = cJSON_Duplicate(command, 1);
    one->next = all;
    all = one;
    config_read(one, driver);

    one->llm.provider = llm_provider_find(driver_text(command, "provider"));
    if (one->llm.provider == NULL) {
        return "no such provider";
    }

    one->llm.events = &events;
    one->llm.data = one;
    one->llm.config = &one->config;
    one->llm.loop = driver->loop;

    rc = one->llm.provider->open(&one->llm);
    if (rc < 0) {
        return strerror(-rc); /* libuv does not know them all */
    }

    one->open = 1;
    driver_say(driver_event(one->id, "open"));

    return NULL;
}

static llm_message_t *
messages_read(const cJSON *list, size_t *count)
{
    size_t         i = 0, j;
    const cJSON   *item;
    const char    *role;
    llm_message_t *messages;

    static const char *const roles[] = { "system", "user", "assistant", "call",
                                         "result" };

    messages = calloc((size_t) cJSON_GetArraySize(list) + 1,
                      sizeof(llm_message_t));
    cJSON_ArrayForEach(item, list)
    {
        role = driver_text(item, "role");
        for (j = 0; j < 5; j++) {
            if (strcmp(role, roles[j]) == 0) {
                messages[i].role = (llm_role_e) j;
            }
        }
        messages[i].text = driver_text(item, "text");
        messages[i].name = cJSON_GetStringValue(
            cJSON_GetObjectItem(item, "name"));
        messages[i].id = cJSON_GetStringValue(cJSON_GetObjectItem(item, "id"));
        messages[i].interrupted = driver_number(item, "interrupted") != 0;
        messages[i++].doubtful = driver_number(item, "doubtful") != 0;
    }

    *count = i;

    return messages;
}

static const char *
llm_ask(one_t *one, const cJSON *command)
{
    int            rc;
    llm_request_t  what;
    llm_message_t *messages;

    messages = messages_read(cJSON_GetObjectItem(command, "messages"),
                             &what.count);
    what.messages = messages;
    what.now_ms = (int64_t) driver_number(command, "now_ms");
    one->stopped = 0;
    (void) strncpy(one->stops, driver_text(command, "stops"),
                   sizeof(one->stops) - 1);
    (void) strncpy(one->at, driver_text(command, "at"), sizeof(one->at) - 1);

    rc = one->llm.provider->request(
        &one->llm, (uint32_t) driver_number(command, "number"), &what);
    free(messages);

    if (rc < 0) {
        driver_say(event_of(one, (uint32_t) driver_number(command, "number"),
                            "unasked"));
    }

    return NULL;
}

static const char *
llm_history(const cJSON *command)
{
    cJSON         *event, *made, *into;
    size_t         max;
    const cJSON   *list;
    llm_form_e     form;
    llm_request_t  what = { 0 };
    llm_message_t *messages;

    form = strcmp(driver_text(command, "form"), "openai") == 0
               ? LLM_FORM_OPENAI
               : LLM_FORM_ANTHROPIC;
    max = (size_t) driver_number(command, "max");
    event = driver_event((int) driver_number(command, "id"), "history");
    into = cJSON_AddArrayToObject(event, "made");

    cJSON_ArrayForEach(list, cJSON_GetObjectItem(command, "lists"))
    {
        messages = messages_read(list, &what.count);
        what.messages = messages;
        made = llm_history_make(&what, form,
                                max > 0 ? max : LLM_HISTORY_BYTES);
        (void) cJSON_AddItemToArray(into, made);
        free(messages);
    }

    driver_say(event);

    return NULL;
}

static const char *
run(driver_t *driver, const char *verb, const cJSON *command)
{
    one_t *one;

    if (strcmp(verb, "open") == 0) {
        return llm_open(driver, command);
    }

    if (strcmp(verb, "history") == 0) {
        return llm_history(command);
    }

    for (one = all; one != NULL; one = one->next) {
        if (one->id == (int) driver_number(command, "llm") && one->open) {
            break;
        }
    }

    if (one == NULL) {
        return "no such model";
    }

    if (strcmp(verb, "ask") == 0) {
        return llm_ask(one, command);
    }

    one->stopped = 1;
    if (strcmp(verb, "cancel") == 0) {
        one->llm.provider->cancel(&one->llm,
                                  (uint32_t) driver_number(command,
                                                           "number"));
    } else {
        one_close(one);
    }

    driver_say(driver_event((int) driver_number(command, "id"), "stopped"));

    return NULL;
}

static void
end(driver_t *driver)
{
    one_t *one;

    (void) driver;

    while ((one = all) != NULL) {
        all = one->next;
        one_close(one);
        free(one->specs);
        cJSON_Delete(one->command);
        free(one);
    }
}

const driver_part_t driver_llm = { "llm", run, end };
