/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef STORE_CACHE_H
#define STORE_CACHE_H

#include <stddef.h>
#include <stdint.h>

#include "shm/desk_news.h"

/*
 * What this worker has read of its clients, each with the count of news of
 * before it was asked for. Given out only while that is good: the client has
 * not changed since, and somebody listens (shm/desk_news.h). What was not used
 * the longest goes first.
 */
typedef struct cache_s cache_t;

/* Held by the cache and by each user; goes with the last one. */
typedef struct {
    void  *value; /* does not change */
    size_t bytes;
    void (*drop)(void *value);
    unsigned held;
} cache_item_t;

/* Takes the value over; held once. NULL: no memory, and the value is gone. */
cache_item_t *cache_item_create(void *value, size_t bytes,
                                void (*drop)(void *value));
void          cache_item_drop(cache_item_t *item); /* accepts NULL */

/* The segment must outlive it. */
int  cache_create(cache_t **cp, const desk_segment_t *seg, size_t items_max,
                  size_t bytes_max);
void cache_destroy(cache_t *cache); /* accepts NULL */

/* To be dropped; or NULL: Postgres is to be asked. */
cache_item_t *cache_find(cache_t *cache, const char *key, uint64_t now_ms);

/* Whether what was found is still good: time has passed since. */
int cache_has(cache_t *cache, const char *key, const cache_item_t *item,
              uint64_t now_ms);

/* In place of what has this key. What does not fit is not kept. */
void cache_keep(cache_t *cache, const char *key,
                const desk_news_stamp_t *stamp, cache_item_t *item);

/* From time to time: of clients that changed, or went, nothing stays. */
void cache_sweep(cache_t *cache);

size_t cache_count(const cache_t *cache);
size_t cache_bytes(const cache_t *cache);

#endif /* STORE_CACHE_H */
