/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "call/call_inner.h"

/*
 * What a call has in common with others of its agent and its client: taken
 * from the worker's cache, and put there. The slot's card says whose call it
 * is likely to be; whose it is says Postgres, and what it tells of another
 * client is not kept.
 */

#define KEY_BYTES (2 * DESK_ID_BYTES + 8)

static void        config_key(const call_t *call, char *key);
static void        config_words_key(const call_t *call, char *key);
static int         config_is_of(const call_t *call, const cJSON *config);
static const char *config_text(const cJSON *config, const char *name);
static void        config_drop_words(void *value);

int
call_config_find(call_t *call, store_known_t *known)
{
    char         key[KEY_BYTES];
    const cJSON *config, *version;

    config_key(call, key);
    call->config_stamp = desk_news_stamp(call->host->seg, call->client_id);

    cache_item_drop(call->config);
    call->config = cache_find(call->host->cache, key, desk_now_ms());
    if (call->config == NULL) {
        return -ENOENT;
    }

    config = call->config->value;
    version = cJSON_GetObjectItemCaseSensitive(config, "agent_version");
    known->client_id = config_text(config, "client_id");
    known->agent_id = config_text(config, "agent_id");
    known->version = cJSON_IsNumber(version) ? version->valueint : 0;

    return 0;
}

int
call_config_take(call_t *call, const cJSON *told, cache_item_t **config)
{
    char          key[KEY_BYTES];
    cache_item_t *known = call->config;

    call->config = NULL;
    config_key(call, key);

    if (cJSON_IsObject(told)) {
        cache_item_drop(known);
        *config = agent_config(told);
        if (*config == NULL) {
            return -ENOMEM;
        }

        desk_count(call->host->self, DESK_COUNT_CACHE_MISSES, 1);
        if (config_is_of(call, told)) {
            cache_keep(call->host->cache, key, &call->config_stamp, *config);
        }

        return 0;
    }

    if (known == NULL) {
        return -EINVAL; /* nothing was known, and nothing told */
    }

    if (!cache_has(call->host->cache, key, known, desk_now_ms())) {
        cache_item_drop(known);
        return -EAGAIN;
    }

    desk_count(call->host->self, DESK_COUNT_CACHE_HITS, 1);
    *config = known;
    return 0;
}

cache_item_t *
call_config_words(call_t *call)
{
    char          key[KEY_BYTES];
    cache_item_t *words;

    config_words_key(call, key);
    call->words_stamp = desk_news_stamp(call->host->seg,
                                        call->agent.client_id);

    words = cache_find(call->host->cache, key, desk_now_ms());
    desk_count(call->host->self,
               words != NULL ? DESK_COUNT_CACHE_HITS : DESK_COUNT_CACHE_MISSES,
               1);

    return words;
}

void
call_config_keep_words(call_t *call, const PGresult *words)
{
    char          key[KEY_BYTES];
    PGresult     *copy;
    cache_item_t *item;

    if (call->agent.client_id == NULL) {
        return; /* the call is over, and has forgotten whose it was */
    }

    copy = PQcopyResult(words, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
    if (copy == NULL) {
        return;
    }

    item = cache_item_create(copy, PQresultMemorySize(copy),
                             config_drop_words);
    if (item != NULL) {
        config_words_key(call, key);
        cache_keep(call->host->cache, key, &call->words_stamp, item);
        cache_item_drop(item);
    }
}

static void
config_key(const call_t *call, char *key)
{
    (void) snprintf(key, KEY_BYTES, "agent %s %s", call->client_id,
                    call->agent_id);
}

/* By the client that Postgres has told. */
static void
config_words_key(const call_t *call, char *key)
{
    (void) snprintf(key, KEY_BYTES, "words %s", call->agent.client_id);
}

static int
config_is_of(const call_t *call, const cJSON *config)
{
    return strcmp(config_text(config, "client_id"), call->client_id) == 0
           && strcmp(config_text(config, "agent_id"), call->agent_id) == 0;
}

static const char *
config_text(const cJSON *config, const char *name)
{
    const char *text;

    text = cJSON_GetStringValue(
        cJSON_GetObjectItemCaseSensitive(config, name));

    return text != NULL ? text : "";
}

static void
config_drop_words(void *value)
{
    PQclear(value);
}
