/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_NEWS_H
#define DESK_NEWS_H

#include <stdint.h>

#include "desk_segment.h"

/*
 * What was read of a client in Postgres may be kept until it changes. One
 * process of the node, its listener, hears of changes and counts them here, by
 * client; all others keep what they read with the count of before they asked.
 *
 * A listener that is gone, or deaf, cannot say so. So it says up to when it has
 * heard everything, and who reads believes nothing that is older than
 * DESK_NEWS_GOOD_MS. There may be several listeners at a time: what each says
 * is true by itself.
 */
#define DESK_NEWS_GOOD_MS 10000

/* Taken before Postgres is asked; goes with what it answers. */
typedef struct {
    uint64_t version;
    uint32_t place;
} desk_news_stamp_t;

/* ---- the listener ---- */

/* This client changed. Clients of the same place count as changed, too. */
void desk_news_tell(const desk_segment_t *seg, const char *client_id);

/* Any may have changed: what was said is not known. */
void desk_news_tell_all(const desk_segment_t *seg);

/* All that had changed by then has been told. Older words change nothing. */
void desk_news_hear(const desk_segment_t *seg, uint64_t as_of_ms);

/* ---- everybody ---- */

desk_news_stamp_t desk_news_stamp(const desk_segment_t *seg,
                                  const char           *client_id);

/* Whether what has this stamp is still so. */
int desk_news_is_good(const desk_segment_t    *seg,
                      const desk_news_stamp_t *stamp, uint64_t now_ms);

/* Whether it has changed since, as far as anybody has heard. */
int desk_news_has_changed(const desk_segment_t    *seg,
                          const desk_news_stamp_t *stamp);

/* Since when nothing is known; UINT64_MAX: nothing was ever heard. */
uint64_t desk_news_age_ms(const desk_segment_t *seg, uint64_t now_ms);

#endif /* DESK_NEWS_H */
