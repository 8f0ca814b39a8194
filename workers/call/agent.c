/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "call/agent.h"
#include "tool/tool.h"

#define MAX_CALL_S (4 * 3600)

static void   agent_read_call(agent_t *agent, const cJSON *json);
static void   agent_read_config(agent_t *agent, const cJSON *json);
static void   agent_config_drop(void *value);
static const cJSON *config_of(const agent_t *agent);
static size_t bytes_of(const cJSON *json);
static const char *text_of(const cJSON *object, const char *name,
                           const char *otherwise);
static int number_of(const cJSON *object, const char *name, int otherwise);
static size_t list_of(const cJSON *array, const char *member,
                      const char **list);
static size_t agent_keyterms(agent_t *agent);
static size_t specs_of(const agent_t *agent, llm_tool_t *specs);
static void   agent_read_keys(agent_t *agent, const cJSON *credentials);

int
agent_read(agent_t *agent, const cJSON *answer, cache_item_t *config,
           const agent_reach_t *reach)
{
    const cJSON *json;

    memset(agent, 0, sizeof(*agent));

    if (!cJSON_IsObject(answer) || config == NULL
        || !cJSON_IsObject((const cJSON *) config->value))
    {
        return -EINVAL;
    }

    agent->json = cJSON_Duplicate(answer, 1);
    if (agent->json == NULL) {
        return -ENOMEM;
    }

    cJSON_DeleteItemFromObjectCaseSensitive(agent->json, "config");
    agent->config = config;
    config->held++;
    agent->reach = reach;

    agent_read_call(agent, agent->json);
    agent_read_config(agent, config->value);

    /* A call of another's configuration: nothing of it is to be heard. */
    json = cJSON_GetObjectItemCaseSensitive(agent->json, "client_id");

    if (agent->epoch <= 0 || agent->client_id[0] == '\0'
        || !cJSON_IsString(json)
        || strcmp(json->valuestring, agent->client_id) != 0)
    {
        agent_clear(agent);
        return -EINVAL;
    }

    return 0;
}

cache_item_t *
agent_config(const cJSON *config)
{
    cJSON *copy;

    copy = cJSON_Duplicate(config, 1);
    if (copy == NULL) {
        return NULL;
    }

    return cache_item_create(copy, bytes_of(copy), agent_config_drop);
}

void
agent_clear(agent_t *agent)
{
    cJSON_Delete(agent->json);
    cache_item_drop(agent->config);
    cJSON_free(agent->state_text);

    if (agent->own != NULL) {
        own_keys_clear(agent->own);
        free(agent->own);
    }

    memset(agent, 0, sizeof(*agent));
}

/* What is of this call alone. */
static void
agent_read_call(agent_t *agent, const cJSON *json)
{
    const cJSON *state;

    agent->epoch = number_of(json, "epoch", 0);
    agent->turns = cJSON_GetObjectItemCaseSensitive(json, "turns");
    agent->elapsed_s = number_of(json, "elapsed_seconds", 0);
    agent->reserved_s = number_of(json, "reserved_seconds", 0);

    state = cJSON_GetObjectItemCaseSensitive(json, "state");
    if (cJSON_IsObject(state)) {
        agent->state_text = cJSON_PrintUnformatted(state);
    }

    agent->llm.state = agent->state_text;
    agent->llm.contact_name = text_of(json, "contact_name", "");
    agent->llm.caller_phone = text_of(json, "caller_phone", "");
    if (agent->llm.caller_phone[0] != '+') {
        agent->llm.caller_phone = ""; /* withheld: there is no number to use */
    }
}

/* What is of all calls of the agent. */
static void
agent_read_config(agent_t *agent, const cJSON *json)
{
    const cJSON *number;

    agent->client_id = text_of(json, "client_id", "");
    agent->pipeline = text_of(json, "pipeline", "staged");
    agent->greeting = text_of(json, "greeting", "");
    agent->system_prompt = text_of(json, "system_prompt", "");
    agent->stt_provider = text_of(json, "stt_provider", "");
    agent->llm_provider = text_of(json, "llm_provider", "");
    agent->tts_provider = text_of(json, "tts_provider", "");
    agent->interruptions = !cJSON_IsFalse(
        cJSON_GetObjectItemCaseSensitive(json, "interruptions"));
    agent->max_call_s = number_of(json, "max_call_seconds", MAX_CALL_S);

    if (agent->max_call_s <= 0 || agent->max_call_s > MAX_CALL_S) {
        agent->max_call_s = MAX_CALL_S;
    }

    agent->llm.client_name = text_of(json, "client_name", "");
    agent->llm.timezone = text_of(json, "timezone", "UTC");
    agent->llm.language = text_of(json, "language", "en-US");
    agent->llm.tools = agent->tools;
    agent->llm.tool_count = list_of(
        cJSON_GetObjectItemCaseSensitive(json, "enabled_tools"), NULL,
        agent->tools);
    agent->llm.services = agent->services;
    agent->llm.service_count = list_of(
        cJSON_GetObjectItemCaseSensitive(json, "services"), "name",
        agent->services);
    agent->llm.prompt = agent->system_prompt;
    agent->llm.tool_specs = agent->tool_specs;
    agent->llm.tool_spec_count = specs_of(agent, agent->tool_specs);

    agent->stt.language = agent->llm.language;
    agent->stt.client_id = agent->client_id;
    agent->stt.keyterms = agent->keyterms;
    agent->stt.keyterm_count = agent_keyterms(agent);

    agent->tts.voice = text_of(json, "voice", "");
    agent->tts.language = agent->llm.language;
    agent->tts.speed = 1.0f;

    number = cJSON_GetObjectItemCaseSensitive(json, "tts_speed");
    if (cJSON_IsNumber(number) && number->valuedouble >= 0.5
        && number->valuedouble <= 2.0)
    {
        agent->tts.speed = (float) number->valuedouble;
    }

    agent->llm.temperature = -1.0f;
    number = cJSON_GetObjectItemCaseSensitive(json, "temperature");
    if (cJSON_IsNumber(number) && number->valuedouble >= 0.0
        && number->valuedouble <= 2.0)
    {
        agent->llm.temperature = (float) number->valuedouble;
    }

    agent_read_keys(agent,
                    cJSON_GetObjectItemCaseSensitive(json, "credentials"));
}

/* Most clients have none of their own. */
static void
agent_read_keys(agent_t *agent, const cJSON *credentials)
{
    if (cJSON_GetArraySize(credentials) == 0 || agent->reach == NULL) {
        return;
    }

    agent->own = calloc(1, sizeof(own_keys_t));

    if (agent->own != NULL) {
        agent->closed_keys = own_keys_read(agent->own, credentials,
                                           agent->client_id,
                                           agent->reach->ring);
    }
}

static const cJSON *
config_of(const agent_t *agent)
{
    return agent->config != NULL ? agent->config->value : NULL;
}

static void
agent_config_drop(void *value)
{
    cJSON_Delete(value);
}

/* Of all its parts; cJSON itself limits how deep they go. */
static size_t
bytes_of(const cJSON *json)
{
    size_t       bytes = sizeof(cJSON);
    const cJSON *item;

    if (json->string != NULL) {
        bytes += strlen(json->string) + 1;
    }

    if (json->valuestring != NULL) {
        bytes += strlen(json->valuestring) + 1;
    }

    cJSON_ArrayForEach(item, json)
    {
        bytes += bytes_of(item);
    }

    return bytes;
}

int
agent_access(const agent_t *agent, agent_kind_e kind, const char *name,
             provider_access_t *access)
{
    const char  *own = NULL;
    const cJSON *config = config_of(agent);

    static const struct {
        const char *kind;
        const char *provider;
        const char *model;
    } members[AGENT_KINDS] = {
        { "stt", "stt_provider", "stt_model" },
        { "llm", "llm_provider", "llm_model" },
        { "tts", "tts_provider", "tts_model" },
    };

    memset(access, 0, sizeof(*access));
    access->base_url = "";
    access->key = "";
    access->model = "";

    /* The model's name is of the agent's own service, and of no other. */
    if (strcmp(text_of(config, members[kind].provider, ""), name) == 0) {
        access->model = text_of(config, members[kind].model, "");
    }

    /* Without settings there is nothing to look up. */
    if (agent->reach == NULL) {
        return 0;
    }

    if (agent->own != NULL) {
        own = own_keys_find(agent->own, members[kind].kind, name);
    }

    access->net = agent->reach->net;

    return provider_access(access, agent->reach->conf, agent->reach->keys,
                           name, own);
}

size_t
agent_alternates(const agent_t *agent, agent_kind_e kind, const char **names)
{
    static const char *const members[] = { "stt_alternates",
                                           "llm_alternates",
                                           "tts_alternates" };

    return list_of(cJSON_GetObjectItemCaseSensitive(config_of(agent),
                                                    members[kind]),
                   NULL, names);
}

/* Names that callers say and dictionaries lack. */
static size_t
agent_keyterms(agent_t *agent)
{
    size_t i, count;

    count = list_of(cJSON_GetObjectItemCaseSensitive(config_of(agent),
                                                     "keyterms"),
                    NULL, agent->keyterms);

    if (count < AGENT_LIST_MAX && agent->llm.client_name[0] != '\0') {
        agent->keyterms[count++] = agent->llm.client_name;
    }

    for (i = 0; i < agent->llm.service_count && count < AGENT_LIST_MAX; i++) {
        agent->keyterms[count++] = agent->services[i];
    }

    return count;
}

static const char *
text_of(const cJSON *object, const char *name, const char *otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsString(item) ? item->valuestring : otherwise;
}

static int
number_of(const cJSON *object, const char *name, int otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    return cJSON_IsNumber(item) ? item->valueint : otherwise;
}

/* Strings of an array, or a member of each of its objects. */
static size_t
list_of(const cJSON *array, const char *member, const char **list)
{
    size_t       count = 0;
    const cJSON *item, *value;

    cJSON_ArrayForEach(item, array)
    {
        value = member != NULL
                    ? cJSON_GetObjectItemCaseSensitive(item, member)
                    : item;

        if (cJSON_IsString(value) && count < AGENT_LIST_MAX) {
            list[count++] = value->valuestring;
        }
    }

    return count;
}

/* What a model may use: end_call always, as dialogue/reply.c has it. */
static size_t
specs_of(const agent_t *agent, llm_tool_t *specs)
{
    size_t i, j, count = 0;
    int    allowed;

    for (i = 0; i < tool_count && count < AGENT_SPECS_MAX; i++) {
        allowed = strcmp(tools[i].name, "end_call") == 0;

        for (j = 0; j < agent->llm.tool_count && !allowed; j++) {
            allowed = strcmp(agent->llm.tools[j], tools[i].name) == 0;
        }

        if (allowed) {
            specs[count].name = tools[i].name;
            specs[count].description = tools[i].description;
            specs[count++].schema = tools[i].schema;
        }
    }

    return count;
}
