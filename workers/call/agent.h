/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_AGENT_H
#define CALL_AGENT_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "provider/provider.h"

#define AGENT_LIST_MAX 32

typedef enum { AGENT_STT,
               AGENT_LLM,
               AGENT_TTS,
               AGENT_KINDS } agent_kind_e;

/*
 * What a call knows of its client, its agent and its caller: a snapshot of
 * when it was claimed, so that a change made meanwhile is for the next call.
 * Strings belong to `json`.
 */
typedef struct {
    cJSON *json;

    int         epoch;
    const char *client_id;
    const char *pipeline;
    const char *greeting;
    const char *system_prompt;
    const char *stt_provider;
    const char *llm_provider;
    const char *tts_provider;
    char       *state_text; /* of the dialogue, when the call goes on */
    const cJSON *turns;
    int         interruptions;
    int         max_call_s;
    int         elapsed_s; /* since the call began, when it goes on */
    int         reserved_s; /* paid for by owners before */

    net_host_t *net; /* borrowed; NULL: there is no way outside */

    llm_config_t llm;
    stt_config_t stt;
    tts_config_t tts;
    const char  *tools[AGENT_LIST_MAX];
    const char  *services[AGENT_LIST_MAX];
    const char  *keyterms[AGENT_LIST_MAX];
} agent_t;

/* Takes its own copy of the answer. 0, -EINVAL when something is missing. */
int  agent_read(agent_t *agent, const cJSON *answer);
void agent_clear(agent_t *agent);

/* What it takes to speak with a service the agent may use. */
void agent_access(const agent_t *agent, agent_kind_e kind, const char *name,
                  provider_access_t *access);

/*
 * Those besides the agent's own, in their order; returns how many of
 * AGENT_LIST_MAX.
 */
size_t agent_alternates(const agent_t *agent, agent_kind_e kind,
                        const char **names);

#endif /* CALL_AGENT_H */
