/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef STORE_NEWS_H
#define STORE_NEWS_H

#include <uv.h>

#include "shm/desk_segment.h"

/*
 * The node's listener: hears in Postgres which clients change and counts it in
 * the segment for all (shm/desk_news.h), on a connection of its own. That it
 * hears everything it proves by notifying itself every two seconds: words come
 * in the order of their commits, so with its own all before it have come. (An
 * answer to a query would prove less: behind a pooler that hands its
 * connections around, queries are answered and nobody listens.)
 */
typedef struct news_s news_t;

int  news_create(news_t **np, uv_loop_t *loop, const desk_segment_t *seg,
                 const char *url);
void news_destroy(news_t *news); /* accepts NULL */

/*
 * Whether this process is the one of its node that listens; called more often
 * than once a second. Who was it goes on for a while, for there is no harm in
 * two.
 */
void news_allow(news_t *news, int allowed);

#endif /* STORE_NEWS_H */
