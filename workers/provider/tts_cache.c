/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "provider/tts_cache.h"

#define CACHE_BUCKETS 1024

typedef struct entry_s entry_t;

struct entry_s {
    tts_speech_t speech; /* first: users know only this */
    uint64_t     hash;
    entry_t     *next;          /* in the bucket */
    entry_t     *newer, *older; /* by use */
    unsigned     kept:1;        /* in the cache */
};

struct tts_cache_s {
    entry_t *buckets[CACHE_BUCKETS];
    entry_t *newest, *oldest;
    size_t   bytes, bytes_max;
};

static entry_t **cache_find(tts_cache_t *cache, const char *key,
                            uint64_t hash);
static void cache_link(tts_cache_t *cache, entry_t *e);
static void cache_unlink(tts_cache_t *cache, entry_t *e);
static void cache_drop(tts_cache_t *cache, entry_t *e);
static uint64_t cache_hash(const char *key);
static size_t cache_size(const entry_t *e);
static void cache_free(entry_t *e);

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

tts_speech_t *
tts_cache_get(tts_cache_t *cache, const char *key)
{
    entry_t *e;

    e = *cache_find(cache, key, cache_hash(key));
    if (e == NULL) {
        return NULL;
    }

    cache_unlink(cache, e);
    cache_link(cache, e);
    e->speech.held++;
    return &e->speech;
}

tts_speech_t *
tts_cache_put(tts_cache_t *cache, const char *key, uint8_t *ulaw,
              size_t samples)
{
    entry_t *e, **at;

    e = calloc(1, sizeof(entry_t));
    if (e == NULL) {
        free(ulaw);
        return NULL;
    }

    e->speech.ulaw = ulaw;
    e->speech.samples = samples;
    e->speech.held = 1;
    e->hash = cache_hash(key);
    e->speech.key = strdup(key);
    if (e->speech.key == NULL) {
        cache_free(e);
        return NULL;
    }

    at = cache_find(cache, key, e->hash);
    if (*at != NULL) {
        cache_drop(cache, *at);
    }

    if (cache_size(e) > cache->bytes_max) {
        return &e->speech;
    }

    while (cache->bytes + cache_size(e) > cache->bytes_max) {
        cache_drop(cache, cache->oldest);
    }

    at = &cache->buckets[e->hash % CACHE_BUCKETS];
    e->next = *at;
    *at = e;
    e->kept = 1;
    cache->bytes += cache_size(e);
    cache_link(cache, e);
    return &e->speech;
}

void
tts_cache_release(tts_cache_t *cache, tts_speech_t *speech)
{
    entry_t *e = (entry_t *) speech;

    (void) cache;
    if (--e->speech.held == 0 && !e->kept) {
        cache_free(e);
    }
}

size_t
tts_cache_bytes(const tts_cache_t *cache)
{
    return cache->bytes;
}

/* Where the pointer to it is, or the end of its bucket. */
static entry_t **
cache_find(tts_cache_t *cache, const char *key, uint64_t hash)
{
    entry_t **at = &cache->buckets[hash % CACHE_BUCKETS];

    while (*at != NULL
           && ((*at)->hash != hash || strcmp((*at)->speech.key, key) != 0)) {
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
    entry_t **at = cache_find(cache, e->speech.key, e->hash);

    *at = e->next;
    cache_unlink(cache, e);
    cache->bytes -= cache_size(e);
    e->kept = 0;

    if (e->speech.held == 0) {
        cache_free(e);
    }
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
    return sizeof(*e) + strlen(e->speech.key) + 1 + e->speech.samples;
}

static void
cache_free(entry_t *e)
{
    free(e->speech.key);
    free(e->speech.ulaw);
    free(e);
}
