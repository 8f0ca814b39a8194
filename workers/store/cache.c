/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "store/cache.h"

#define CACHE_BUCKETS 1024

typedef struct entry_s entry_t;

struct entry_s {
    TAILQ_ENTRY(entry_s) used; /* the newest first */
    entry_t          *next;    /* in the bucket */
    cache_item_t     *item;
    desk_news_stamp_t stamp;
    uint32_t          hash;
    char              key[]; /* to its end */
};

TAILQ_HEAD(entry_list_s, entry_s);

struct cache_s {
    const desk_segment_t *seg;
    entry_t              *buckets[CACHE_BUCKETS];
    struct entry_list_s   used;
    size_t                count, count_max;
    size_t                bytes, bytes_max;
};

static entry_t **cache_place(cache_t *cache, const char *key, uint32_t hash);
static void      cache_remove(cache_t *cache, entry_t **at);
static void      cache_make_room(cache_t *cache, size_t bytes);
static uint32_t  cache_hash(const char *key);
static size_t    entry_bytes(const entry_t *e);

cache_item_t *
cache_item_create(void *value, size_t bytes, void (*drop)(void *value))
{
    cache_item_t *item;

    item = malloc(sizeof(cache_item_t));
    if (item == NULL) {
        drop(value);
        return NULL;
    }

    item->value = value;
    item->bytes = bytes;
    item->drop = drop;
    item->held = 1;

    return item;
}

void
cache_item_drop(cache_item_t *item)
{
    if (item != NULL && --item->held == 0) {
        item->drop(item->value);
        free(item);
    }
}

int
cache_create(cache_t **cp, const desk_segment_t *seg, size_t items_max,
             size_t bytes_max)
{
    cache_t *cache;

    cache = calloc(1, sizeof(cache_t));
    if (cache == NULL) {
        return -ENOMEM;
    }

    cache->seg = seg;
    cache->count_max = items_max;
    cache->bytes_max = bytes_max;
    TAILQ_INIT(&cache->used);

    *cp = cache;
    return 0;
}

void
cache_destroy(cache_t *cache)
{
    entry_t *e;

    if (cache == NULL) {
        return;
    }

    while ((e = TAILQ_FIRST(&cache->used)) != NULL) {
        cache_remove(cache, cache_place(cache, e->key, e->hash));
    }

    free(cache);
}

/*
 * One whose client has not changed stays when nobody listens: once somebody
 * does again, either it is good or the listener counts it as changed.
 */
cache_item_t *
cache_find(cache_t *cache, const char *key, uint64_t now_ms)
{
    entry_t *e;

    e = *cache_place(cache, key, cache_hash(key));
    if (e == NULL || !desk_news_is_good(cache->seg, &e->stamp, now_ms)) {
        return NULL;
    }

    TAILQ_REMOVE(&cache->used, e, used);
    TAILQ_INSERT_HEAD(&cache->used, e, used);
    e->item->held++;

    return e->item;
}

int
cache_has(cache_t *cache, const char *key, const cache_item_t *item,
          uint64_t now_ms)
{
    const entry_t *e;

    e = *cache_place(cache, key, cache_hash(key));

    return e != NULL && e->item == item
           && desk_news_is_good(cache->seg, &e->stamp, now_ms);
}

void
cache_keep(cache_t *cache, const char *key, const desk_news_stamp_t *stamp,
           cache_item_t *item)
{
    size_t    room = strlen(key) + 1;
    entry_t  *e, **at;
    uint32_t  hash = cache_hash(key);

    at = cache_place(cache, key, hash);
    if (*at != NULL) {
        cache_remove(cache, at);
    }

    e = malloc(sizeof(entry_t) + room);
    if (e == NULL) {
        return; /* Postgres has it */
    }

    e->item = item;
    e->stamp = *stamp;
    e->hash = hash;
    memcpy(e->key, key, room);

    if (cache->count_max == 0 || entry_bytes(e) > cache->bytes_max) {
        free(e);
        return;
    }

    cache_make_room(cache, entry_bytes(e));

    /* What made room may have moved the end of the bucket. */
    at = cache_place(cache, key, hash);
    e->next = NULL;
    *at = e;
    TAILQ_INSERT_HEAD(&cache->used, e, used);
    cache->count++;
    cache->bytes += entry_bytes(e);
    item->held++;
}

void
cache_sweep(cache_t *cache)
{
    entry_t *e, *next;

    for (e = TAILQ_FIRST(&cache->used); e != NULL; e = next) {
        next = TAILQ_NEXT(e, used);

        if (desk_news_has_changed(cache->seg, &e->stamp)) {
            cache_remove(cache, cache_place(cache, e->key, e->hash));
        }
    }
}

size_t
cache_count(const cache_t *cache)
{
    return cache->count;
}

size_t
cache_bytes(const cache_t *cache)
{
    return cache->bytes;
}

/* Where the pointer to that key's entry is, or would be: at the end. */
static entry_t **
cache_place(cache_t *cache, const char *key, uint32_t hash)
{
    entry_t **at = &cache->buckets[hash % CACHE_BUCKETS];

    while (*at != NULL
           && ((*at)->hash != hash || strcmp((*at)->key, key) != 0))
    {
        at = &(*at)->next;
    }

    return at;
}

static void
cache_remove(cache_t *cache, entry_t **at)
{
    entry_t *e = *at;

    *at = e->next;
    TAILQ_REMOVE(&cache->used, e, used);
    cache->count--;
    cache->bytes -= entry_bytes(e);
    cache_item_drop(e->item);
    free(e);
}

static void
cache_make_room(cache_t *cache, size_t bytes)
{
    entry_t *e;

    while (cache->count >= cache->count_max
           || cache->bytes + bytes > cache->bytes_max)
    {
        e = TAILQ_LAST(&cache->used, entry_list_s);
        cache_remove(cache, cache_place(cache, e->key, e->hash));
    }
}

static uint32_t
cache_hash(const char *key)
{
    uint32_t hash = 0x811c9dc5U;

    for (; *key != '\0'; key++) {
        hash = (hash ^ (uint8_t) *key) * 0x01000193U;
    }

    return hash;
}

static size_t
entry_bytes(const entry_t *e)
{
    return sizeof(entry_t) + strlen(e->key) + 1 + sizeof(cache_item_t)
           + e->item->bytes;
}
