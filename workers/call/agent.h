/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_AGENT_H
#define CALL_AGENT_H

#include <stddef.h>

#include <cjson/cJSON.h>

#include "call/own_keys.h"
#include "provider/access.h"
#include "provider/provider.h"
#include "shm/desk_conf.h"
#include "store/cache.h"

#define AGENT_LIST_MAX 32
/* Tools there are. */
#define AGENT_SPECS_MAX 16

typedef enum { AGENT_STT,
               AGENT_LLM,
               AGENT_TTS,
               AGENT_KINDS } agent_kind_e;

/* How a worker reaches services outside; outlives the calls. */
typedef struct {
    const desk_conf_t    *conf;
    net_host_t           *net;
    const desk_keyring_t *ring; /* opens clients' keys */
    access_keys_t        *keys; /* the platform's */
} agent_reach_t;

/*
 * What a call knows of its client, its agent and its caller: a snapshot of
 * when it was claimed, so that a change made meanwhile is for the next call.
 * Strings belong to `json`, which is the call's own, or to `config`, which it
 * has in common with other calls of the agent.
 */
typedef struct {
    cJSON        *json;
    cache_item_t *config; /* a cJSON */

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

    llm_config_t llm;
    stt_config_t stt;
    tts_config_t tts;
    const char  *tools[AGENT_LIST_MAX];
    llm_tool_t   tool_specs[AGENT_SPECS_MAX];
    const char  *services[AGENT_LIST_MAX];
    const char  *keyterms[AGENT_LIST_MAX];

    const agent_reach_t *reach;
    own_keys_t          *own; /* the client's; NULL: it has none */
    unsigned             closed_keys; /* of them, what no key of ours opens */
} agent_t;

/*
 * Takes its own copy of the answer, and holds the configuration. 0, -EINVAL
 * when something is missing.
 */
int  agent_read(agent_t *agent, const cJSON *answer, cache_item_t *config,
                const agent_reach_t *reach);
void agent_clear(agent_t *agent);

/* A configuration to be held in common, as a copy of it. NULL: no memory. */
cache_item_t *agent_config(const cJSON *config);

/*
 * What it takes to speak with a service the agent may use: by the client's
 * own key, or the platform's. Returns 0; -EACCES, -ENOENT: it cannot be used.
 */
int agent_access(const agent_t *agent, agent_kind_e kind, const char *name,
                 provider_access_t *access);

/*
 * Those besides the agent's own, in their order; returns how many of
 * AGENT_LIST_MAX.
 */
size_t agent_alternates(const agent_t *agent, agent_kind_e kind,
                        const char **names);

#endif /* CALL_AGENT_H */
