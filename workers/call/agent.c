/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "call/agent.h"
#include "tool/tool.h"

#define MAX_CALL_S (4 * 3600)

static const char *text_of(const cJSON *object, const char *name,
                           const char *otherwise);
static int number_of(const cJSON *object, const char *name, int otherwise);
static size_t list_of(const cJSON *array, const char *member,
                      const char **list);
static size_t specs_of(const agent_t *agent, llm_tool_t *specs);

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
    agent->llm.prompt = agent->system_prompt;
    agent->llm.tool_specs = agent->tool_specs;
    agent->llm.tool_spec_count = specs_of(agent, agent->tool_specs);

    agent->stt.language = agent->llm.language;
    agent->stt.client_id = agent->client_id;

    agent->tts.voice = text_of(json, "voice", "");
    agent->tts.language = agent->llm.language;
    agent->tts.speed = 1.0f;

    json = cJSON_GetObjectItemCaseSensitive(json, "tts_speed");
    if (cJSON_IsNumber(json) && json->valuedouble >= 0.5
        && json->valuedouble <= 2.0)
    {
        agent->tts.speed = (float) json->valuedouble;
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

    for (i = 0; i < tool_count && count < AGENT_LIST_MAX; i++) {
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
