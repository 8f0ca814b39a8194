/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provider/tts_cache.h"
#include "provider/tts_job.h"
#include "provider/tts_stock.h"

/*
 * Stock phrases: what is said in every call. Only those are kept, for they
 * come from settings; of what is said to one caller nothing stays.
 */
#define STOCK_BYTES (4u << 20)

static tts_cache_t *stock_cache;
static tts_store_t *stock_store;

static int stock_has(const tts_config_t *config, const char *text,
                     size_t length);

int
tts_stock_open(const char *path, size_t bytes)
{
    int rc = 0;

    if (stock_cache == NULL) {
        rc = tts_cache_create(&stock_cache, STOCK_BYTES);
    }

    if (rc == 0 && path != NULL && stock_store == NULL) {
        rc = tts_store_open(&stock_store, path, bytes);
        if (rc == 0) {
            tts_cache_share(stock_cache, stock_store);
        }
    }

    return rc;
}

void
tts_stock_close(void)
{
    tts_cache_destroy(stock_cache);
    tts_store_close(stock_store);
    stock_cache = NULL;
    stock_store = NULL;
}

/* All that changes how it sounds is in it: then it is another phrase. */
char *
tts_stock_key(const tts_session_t *s, const tts_clean_t *clean,
              const char *text, size_t length)
{
    char               *key;
    size_t              room;
    const tts_config_t *c = s->config;
    const char         *url = c->access.base_url != NULL ? c->access.base_url
                                                         : "";
    const char         *model = c->access.model != NULL ? c->access.model : "";
    const char         *voice = c->voice != NULL ? c->voice : "";
    const char         *language = c->language != NULL ? c->language : "";

    if (clean->length == 0 || !stock_has(c, text, length)) {
        return NULL;
    }

    room = strlen(s->vendor->service) + strlen(url) + strlen(model)
           + strlen(voice) + strlen(language) + clean->length + 32;
    key = malloc(room);
    if (key != NULL) {
        (void) snprintf(key, room, "%s\n%s\n%s\n%s\n%s\n%.3f\n%s",
                        s->vendor->service, url, model, voice, language,
                        (double) c->speed, clean->text);
    }

    return key;
}

tts_audio_t *
tts_stock_get(const char *key)
{
    return stock_cache != NULL ? tts_cache_get(stock_cache, key) : NULL;
}

void
tts_stock_put(const char *key, uint8_t *ulaw, size_t samples)
{
    tts_audio_t *audio;

    if (tts_stock_open(NULL, 0) < 0) {
        free(ulaw);
        return;
    }

    audio = tts_cache_put(stock_cache, key, ulaw, samples);
    if (audio != NULL) {
        tts_audio_release(audio);
    }
}

static int
stock_has(const tts_config_t *config, const char *text, size_t length)
{
    for (size_t i = 0; i < config->stock_count; i++) {
        if (strlen(config->stock[i]) == length
            && memcmp(config->stock[i], text, length) == 0)
        {
            return 1;
        }
    }

    return 0;
}
