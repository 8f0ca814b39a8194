/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "call/agent.h"

#define MAX_CALL_S (4 * 3600)

static const char *text_of(const cJSON *object, const char *name,
                           const char *otherwise);
static int number_of(const cJSON *object, const char *name, int otherwise);
static size_t list_of(const cJSON *array, const char *member,
                      const char **list);
static size_t agent_keyterms(agent_t *agent);

int
agent_read(agent_t *agent, const cJSON *answer)
{
    const cJSON *state, *json;

    memset(agent, 0, sizeof(*agent));

    if (!cJSON_IsObject(answer)) {
        return -EINVAL;
    }

    agent->json = cJSON_Duplicate(answer, 1);
    if (agent->json == NULL) {
        return -ENOMEM;
    }

    json = agent->json;
    agent->epoch = number_of(json, "epoch", 0);
    agent->client_id = text_of(json, "client_id", "");
    agent->pipeline = text_of(json, "pipeline", "staged");
    agent->greeting = text_of(json, "greeting", "");
    agent->system_prompt = text_of(json, "system_prompt", "");
    agent->stt_provider = text_of(json, "stt_provider", "");
    agent->llm_provider = text_of(json, "llm_provider", "");
    agent->tts_provider = text_of(json, "tts_provider", "");
    agent->turns = cJSON_GetObjectItemCaseSensitive(json, "turns");
    agent->interruptions = !cJSON_IsFalse(
        cJSON_GetObjectItemCaseSensitive(json, "interruptions"));
    agent->max_call_s = number_of(json, "max_call_seconds", MAX_CALL_S);
    agent->elapsed_s = number_of(json, "elapsed_seconds", 0);
    agent->reserved_s = number_of(json, "reserved_seconds", 0);

    if (agent->max_call_s <= 0 || agent->max_call_s > MAX_CALL_S) {
        agent->max_call_s = MAX_CALL_S;
    }

    state = cJSON_GetObjectItemCaseSensitive(json, "state");
    if (cJSON_IsObject(state)) {
        agent->state_text = cJSON_PrintUnformatted(state);
    }

    agent->llm.client_name = text_of(json, "client_name", "");
    agent->llm.timezone = text_of(json, "timezone", "UTC");
    agent->llm.caller_phone = text_of(json, "caller_phone", "");
    if (agent->llm.caller_phone[0] != '+') {
        agent->llm.caller_phone = ""; /* withheld: there is no number to use */
    }
    agent->llm.contact_name = text_of(json, "contact_name", "");
    agent->llm.language = text_of(json, "language", "en-US");
    agent->llm.tools = agent->tools;
    agent->llm.tool_count = list_of(
        cJSON_GetObjectItemCaseSensitive(json, "enabled_tools"), NULL,
        agent->tools);
    agent->llm.services = agent->services;
    agent->llm.service_count = list_of(
        cJSON_GetObjectItemCaseSensitive(json, "services"), "name",
        agent->services);
    agent->llm.state = agent->state_text;

    agent->stt.language = agent->llm.language;
    agent->stt.client_id = agent->client_id;
    agent->stt.keyterms = agent->keyterms;
    agent->stt.keyterm_count = agent_keyterms(agent);

    agent->tts.voice = text_of(json, "voice", "");
    agent->tts.language = agent->llm.language;
    agent->tts.speed = 1.0f;

    json = cJSON_GetObjectItemCaseSensitive(json, "tts_speed");
    if (cJSON_IsNumber(json) && json->valuedouble >= 0.5
        && json->valuedouble <= 2.0)
    {
        agent->tts.speed = (float) json->valuedouble;
    }

    agent->llm.temperature = -1.0f;

    json = cJSON_GetObjectItemCaseSensitive(agent->json, "temperature");
    if (cJSON_IsNumber(json) && json->valuedouble >= 0.0
        && json->valuedouble <= 2.0)
    {
        agent->llm.temperature = (float) json->valuedouble;
    }

    if (agent->epoch <= 0 || agent->client_id[0] == '\0') {
        agent_clear(agent);
        return -EINVAL;
    }

    return 0;
}

void
agent_clear(agent_t *agent)
{
    cJSON_Delete(agent->json);
    cJSON_free(agent->state_text);
    memset(agent, 0, sizeof(*agent));
}

void
agent_access(const agent_t *agent, agent_kind_e kind, const char *name,
             provider_access_t *access)
{
    static const char *const own[] = { "stt_provider", "llm_provider",
                                       "tts_provider" };
    static const char *const models[] = { "stt_model", "llm_model",
                                          "tts_model" };

    memset(access, 0, sizeof(*access));
    access->net = agent->net;
    access->base_url = "";
    access->key = "";
    access->model = "";

    /* The model's name is of the agent's own service, and of no other. */
    if (strcmp(text_of(agent->json, own[kind], ""), name) == 0) {
        access->model = text_of(agent->json, models[kind], "");
    }
}

size_t
agent_alternates(const agent_t *agent, agent_kind_e kind, const char **names)
{
    static const char *const members[] = { "stt_alternates",
                                           "llm_alternates",
                                           "tts_alternates" };

    return list_of(cJSON_GetObjectItemCaseSensitive(agent->json,
                                                    members[kind]),
                   NULL, names);
}

/* Names that callers say and dictionaries lack. */
static size_t
agent_keyterms(agent_t *agent)
{
    size_t i, count;

    count = list_of(cJSON_GetObjectItemCaseSensitive(agent->json, "keyterms"),
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
