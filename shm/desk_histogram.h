/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_HISTOGRAM_H
#define DESK_HISTOGRAM_H

#include "desk_process.h"
#include "desk_segment.h"

/*
 * How long the parts of a turn took, counted by each process for itself, in
 * lines that outlive it. /metrics shows the sums.
 */

/* Upper bounds in milliseconds; beyond the last is a bucket of its own. */
extern const uint32_t desk_bucket_ms[DESK_BUCKET_COUNT - 1];

/* Only from the process itself. */
void desk_observe(desk_process_t *self, desk_stage_e stage, uint64_t ms);

typedef struct {
    uint64_t buckets[DESK_BUCKET_COUNT]; /* each with those below it */
    uint64_t sum_ms;
} desk_histogram_t;

/* Of all processes there ever were. */
void desk_histogram_sum(const desk_segment_t *seg, desk_stage_e stage,
                        desk_histogram_t *histogram);

#endif /* DESK_HISTOGRAM_H */
