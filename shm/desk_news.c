/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_news.h"

static uint32_t news_place(const char *client_id);

void
desk_news_tell(const desk_segment_t *seg, const char *client_id)
{
    /* Relaxed: N1 comes after it, and what is heard late is still good. */
    (void) atomic_fetch_add_explicit(
        &seg->news->versions[news_place(client_id)], 1, memory_order_relaxed);
}

void
desk_news_tell_all(const desk_segment_t *seg)
{
    uint32_t i;

    for (i = 0; i < DESK_NEWS_COUNT; i++) {
        (void) atomic_fetch_add_explicit(&seg->news->versions[i], 1,
                                         memory_order_relaxed);
    }
}

void
desk_news_hear(const desk_segment_t *seg, uint64_t as_of_ms)
{
    uint64_t          was, now = desk_now_ms();
    _Atomic uint64_t *at = &seg->news->heard_ms;

    was = atomic_load_explicit(at, memory_order_relaxed);

    /*
     * A word from the future is damage, and would last until then. N1 pairs
     * with N2: who sees this word sees the versions of all before it.
     */
    while ((was < as_of_ms || was > now)
           && !atomic_compare_exchange_weak_explicit(at, &was, as_of_ms,
                                                     memory_order_release,
                                                     memory_order_relaxed))
    {
        continue;
    }
}

desk_news_stamp_t
desk_news_stamp(const desk_segment_t *seg, const char *client_id)
{
    desk_news_stamp_t stamp;

    stamp.place = news_place(client_id);

    /* Acquire: it is taken before Postgres is asked, and not after. */
    stamp.version = atomic_load_explicit(&seg->news->versions[stamp.place],
                                         memory_order_acquire);

    return stamp;
}

int
desk_news_is_good(const desk_segment_t *seg, const desk_news_stamp_t *stamp,
                  uint64_t now_ms)
{
    return desk_news_age_ms(seg, now_ms) < DESK_NEWS_GOOD_MS
           && !desk_news_has_changed(seg, stamp);
}

int
desk_news_has_changed(const desk_segment_t    *seg,
                      const desk_news_stamp_t *stamp)
{
    /* Relaxed: who needs more has looked at the word before. */
    return atomic_load_explicit(&seg->news->versions[stamp->place],
                                memory_order_relaxed)
           != stamp->version;
}

uint64_t
desk_news_age_ms(const desk_segment_t *seg, uint64_t now_ms)
{
    uint64_t heard;

    /* N2 pairs with N1: the versions that are looked at are no older. */
    heard = atomic_load_explicit(&seg->news->heard_ms, memory_order_acquire);

    return heard == 0 || heard > now_ms ? UINT64_MAX : now_ms - heard;
}

/* FNV-1a; the text may be anything that ends. */
static uint32_t
news_place(const char *client_id)
{
    uint32_t hash = 0x811c9dc5U;

    for (; *client_id != '\0'; client_id++) {
        hash = (hash ^ (uint8_t) *client_id) * 0x01000193U;
    }

    return (hash ^ hash >> 16) % DESK_NEWS_COUNT;
}
