/* SPDX-License-Identifier: BSD-2-Clause */

#include <string.h>

#include "desk_histogram.h"

const uint32_t desk_bucket_ms[DESK_BUCKET_COUNT - 1] = {
    5, 10, 25, 50, 100, 200, 300, 400,
    500, 700, 900, 1200, 1500, 2500, 5000
};

static void
histogram_add(_Atomic uint64_t *number, uint64_t n)
{
    /* Relaxed, load and store: only this process writes its own. */
    atomic_store_explicit(
        number, atomic_load_explicit(number, memory_order_relaxed) + n,
        memory_order_relaxed);
}

void
desk_observe(desk_process_t *self, desk_stage_e stage, uint64_t ms)
{
    uint32_t                 i = 0;
    desk_histogram_shared_t *h = &self->shared->histograms[stage];

    while (i < DESK_BUCKET_COUNT - 1 && ms > desk_bucket_ms[i]) {
        i++;
    }

    histogram_add(&h->buckets[i], 1);
    histogram_add(&h->sum_ms, ms);
}

void
desk_histogram_sum(const desk_segment_t *seg, desk_stage_e stage,
                   desk_histogram_t *histogram)
{
    uint32_t                       i, b;
    const desk_histogram_shared_t *h;

    memset(histogram, 0, sizeof(*histogram));

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        h = &seg->processes[i].histograms[stage];
        histogram->sum_ms += atomic_load_explicit(&h->sum_ms,
                                                  memory_order_relaxed);

        for (b = 0; b < DESK_BUCKET_COUNT; b++) {
            histogram->buckets[b] += atomic_load_explicit(
                &h->buckets[b], memory_order_relaxed);
        }
    }

    for (b = 1; b < DESK_BUCKET_COUNT; b++) {
        histogram->buckets[b] += histogram->buckets[b - 1];
    }
}
