/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef LOAD_METER_H
#define LOAD_METER_H

#include <stddef.h>
#include <stdint.h>

/* What is measured: times by the nanosecond, processes by what /proc says. */

/* 128 steps an octave: a value is told to within 0.8 %. */
#define LOAD_HISTOGRAM_STEPS 128
#define LOAD_HISTOGRAM_OCTAVES 40

typedef struct {
    uint64_t count;
    uint64_t max;
    uint32_t buckets[LOAD_HISTOGRAM_OCTAVES * LOAD_HISTOGRAM_STEPS];
} load_histogram_t;

void load_histogram_reset(load_histogram_t *h);
void load_histogram_add(load_histogram_t *h, uint64_t ns);

/* The value that `share` (0 to 1) of all do not exceed, in milliseconds. */
double load_histogram_ms(const load_histogram_t *h, double share);

#define LOAD_PIDS_MAX 64

typedef struct {
    int    pids[LOAD_PIDS_MAX];
    size_t count;
} load_pids_t;

/* "12,34": returns 0, or -1 when it is not such a list. */
int load_pids_read(load_pids_t *list, const char *text);

/* CLOCK_MONOTONIC. */
uint64_t load_now_ns(void);

/* Time that all threads of the processes have run; `each` may be NULL. */
uint64_t load_pids_cpu_ns(const load_pids_t *list, uint64_t *each);

/* What they hold of memory, pages of several shared out among these. */
uint64_t load_pids_pss_bytes(const load_pids_t *list);
uint64_t load_pids_rss_bytes(const load_pids_t *list);

/* Time that all processors of this machine were busy, or taken from it. */
uint64_t load_machine_busy_ns(void);

#endif /* LOAD_METER_H */
