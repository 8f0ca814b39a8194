/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "provider/tts_cache.h"

#define CACHE_BUCKETS 1024

typedef struct entry_s entry_t;

/* Held by the cache, too, as long as it is there. */
struct entry_s {
    tts_audio_t audio; /* first: users know only this */
    char       *key;
    uint64_t    hash;
    entry_t    *next;          /* in the bucket */
    entry_t    *newer, *older; /* by use */
};

struct tts_cache_s {
    entry_t *buckets[CACHE_BUCKETS];
    entry_t *newest, *oldest;
    size_t   bytes, bytes_max;

    tts_store_t *store; /* of all workers of the node, or NULL */
};

static tts_audio_t *cache_fetch(tts_cache_t *cache, const char *key);
static tts_audio_t *cache_add(tts_cache_t *cache, const char *key,
                              uint8_t *ulaw, size_t samples);
static entry_t **cache_find(tts_cache_t *cache, const char *key,
                            uint64_t hash);
static void cache_link(tts_cache_t *cache, entry_t *e);
static void cache_unlink(tts_cache_t *cache, entry_t *e);
static void cache_drop(tts_cache_t *cache, entry_t *e);
static uint64_t cache_hash(const char *key);
static size_t cache_size(const entry_t *e);
static void cache_free(tts_audio_t *audio);

int
tts_cache_create(tts_cache_t **cp, size_t bytes_max)
{
    tts_cache_t *cache;

    cache = calloc(1, sizeof(tts_cache_t));
    if (cache == NULL) {
        return -ENOMEM;
    }

    cache->bytes_max = bytes_max;
    *cp = cache;
    return 0;
}

void
tts_cache_destroy(tts_cache_t *cache)
{
    if (cache == NULL) {
        return;
    }

    while (cache->oldest != NULL) {
        cache_drop(cache, cache->oldest);
    }

    free(cache);
}

void
tts_cache_share(tts_cache_t *cache, tts_store_t *store)
{
    cache->store = store;
}

tts_audio_t *
tts_cache_get(tts_cache_t *cache, const char *key)
{
    entry_t *e;

    e = *cache_find(cache, key, cache_hash(key));
    if (e == NULL) {
        return cache_fetch(cache, key);
    }

    cache_unlink(cache, e);
    cache_link(cache, e);
    tts_audio_hold(&e->audio);
    return &e->audio;
}

tts_audio_t *
tts_cache_put(tts_cache_t *cache, const char *key, uint8_t *ulaw,
              size_t samples)
{
    /* If it cannot be kept there, it is here all the same. */
    if (cache->store != NULL) {
        (void) tts_store_put(cache->store, key, ulaw, samples);
    }

    return cache_add(cache, key, ulaw, samples);
}

size_t
tts_cache_bytes(const tts_cache_t *cache)
{
    return cache->bytes;
}

static tts_audio_t *
cache_fetch(tts_cache_t *cache, const char *key)
{
    size_t   samples;
    uint8_t *ulaw;

    if (cache->store == NULL
        || tts_store_get(cache->store, key, &ulaw, &samples) < 0)
    {
        return NULL;
    }

    return cache_add(cache, key, ulaw, samples);
}

static tts_audio_t *
cache_add(tts_cache_t *cache, const char *key, uint8_t *ulaw, size_t samples)
{
    entry_t *e, **at;

    e = calloc(1, sizeof(entry_t));
    if (e == NULL) {
        free(ulaw);
        return NULL;
    }

    e->audio.ulaw = ulaw;
    e->audio.samples = samples;
    e->audio.held = 1;
    e->audio.drop = cache_free;
    e->hash = cache_hash(key);
    e->key = strdup(key);
    if (e->key == NULL) {
        cache_free(&e->audio);
        return NULL;
    }

    at = cache_find(cache, key, e->hash);
    if (*at != NULL) {
        cache_drop(cache, *at);
    }

    if (cache_size(e) > cache->bytes_max) {
        return &e->audio;
    }

    while (cache->bytes + cache_size(e) > cache->bytes_max) {
        cache_drop(cache, cache->oldest);
    }

    at = &cache->buckets[e->hash % CACHE_BUCKETS];
    e->next = *at;
    *at = e;
    cache->bytes += cache_size(e);
    cache_link(cache, e);
    tts_audio_hold(&e->audio);
    return &e->audio;
}

/* Where the pointer to it is, or the end of its bucket. */
static entry_t **
cache_find(tts_cache_t *cache, const char *key, uint64_t hash)
{
    entry_t **at = &cache->buckets[hash % CACHE_BUCKETS];

    while (*at != NULL
           && ((*at)->hash != hash || strcmp((*at)->key, key) != 0)) {
        at = &(*at)->next;
    }

    return at;
}

static void
cache_link(tts_cache_t *cache, entry_t *e)
{
    e->newer = NULL;
    e->older = cache->newest;

    if (cache->newest != NULL) {
        cache->newest->newer = e;
    } else {
        cache->oldest = e;
    }

    cache->newest = e;
}

static void
cache_unlink(tts_cache_t *cache, entry_t *e)
{
    if (e->newer != NULL) {
        e->newer->older = e->older;
    } else {
        cache->newest = e->older;
    }

    if (e->older != NULL) {
        e->older->newer = e->newer;
    } else {
        cache->oldest = e->newer;
    }
}

/* Who still holds it keeps it alive. */
static void
cache_drop(tts_cache_t *cache, entry_t *e)
{
    entry_t **at = cache_find(cache, e->key, e->hash);

    *at = e->next;
    cache_unlink(cache, e);
    cache->bytes -= cache_size(e);
    tts_audio_release(&e->audio);
}

static uint64_t
cache_hash(const char *key)
{
    uint64_t hash = 14695981039346656037u;

    while (*key != '\0') {
        hash = (hash ^ (uint8_t) *key++) * 1099511628211u;
    }

    return hash;
}

static size_t
cache_size(const entry_t *e)
{
    return sizeof(*e) + strlen(e->key) + 1 + e->audio.samples;
}

static void
cache_free(tts_audio_t *audio)
{
    entry_t *e = (entry_t *) audio;

    free(e->key);
    free((void *) (uintptr_t) audio->ulaw);
    free(e);
}
