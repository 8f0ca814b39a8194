/* SPDX-License-Identifier: BSD-2-Clause */

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "load_meter.h"

#define NS_S UINT64_C(1000000000)

static size_t bucket_of(uint64_t ns);
static uint64_t bucket_top(size_t bucket);
static uint64_t pid_cpu_ns(int pid);
static uint64_t pid_rollup_bytes(int pid, const char *key);

void
load_histogram_reset(load_histogram_t *h)
{
    memset(h, 0, sizeof(*h));
}

void
load_histogram_add(load_histogram_t *h, uint64_t ns)
{
    h->count++;
    h->buckets[bucket_of(ns)]++;

    if (ns > h->max) {
        h->max = ns;
    }
}

double
load_histogram_ms(const load_histogram_t *h, double share)
{
    size_t   i;
    uint64_t seen = 0, wanted, top;

    if (h->count == 0) {
        return 0;
    }

    wanted = (uint64_t) (share * (double) h->count + 0.999999);

    for (i = 0; i < sizeof(h->buckets) / sizeof(h->buckets[0]); i++) {
        seen += h->buckets[i];
        if (seen >= wanted) {
            break;
        }
    }

    top = bucket_top(i);

    return (double) (top < h->max ? top : h->max) / 1e6;
}

int
load_pids_read(load_pids_t *list, const char *text)
{
    char *end;

    list->count = 0;

    while (*text != '\0') {
        if (list->count == LOAD_PIDS_MAX) {
            return -1;
        }

        list->pids[list->count] = (int) strtol(text, &end, 10);
        if (end == text || list->pids[list->count] <= 0
            || (*end != ',' && *end != '\0'))
        {
            return -1;
        }

        list->count++;
        text = *end == ',' ? end + 1 : end;
    }

    return 0;
}

uint64_t
load_now_ns(void)
{
    struct timespec t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);

    return (uint64_t) t.tv_sec * NS_S + (uint64_t) t.tv_nsec;
}

uint64_t
load_pids_cpu_ns(const load_pids_t *list, uint64_t *each)
{
    size_t   i;
    uint64_t sum = 0, ns;

    for (i = 0; i < list->count; i++) {
        ns = pid_cpu_ns(list->pids[i]);
        sum += ns;

        if (each != NULL) {
            each[i] = ns;
        }
    }

    return sum;
}

uint64_t
load_pids_pss_bytes(const load_pids_t *list)
{
    size_t   i;
    uint64_t sum = 0;

    for (i = 0; i < list->count; i++) {
        sum += pid_rollup_bytes(list->pids[i], "Pss:");
    }

    return sum;
}

uint64_t
load_pids_rss_bytes(const load_pids_t *list)
{
    size_t   i;
    uint64_t sum = 0;

    for (i = 0; i < list->count; i++) {
        sum += pid_rollup_bytes(list->pids[i], "Rss:");
    }

    return sum;
}

/* proc(5), stat: user nice system idle iowait irq softirq steal. */
uint64_t
load_machine_busy_ns(void)
{
    FILE              *f;
    unsigned long long t[8] = { 0 };

    f = fopen("/proc/stat", "r");
    if (f == NULL) {
        return 0;
    }

    if (fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0], &t[1],
               &t[2], &t[3], &t[4], &t[5], &t[6], &t[7])
        != 8)
    {
        memset(t, 0, sizeof(t));
    }

    (void) fclose(f);

    return (t[0] + t[1] + t[2] + t[5] + t[6] + t[7]) * NS_S
           / (uint64_t) sysconf(_SC_CLK_TCK);
}

static size_t
bucket_of(uint64_t ns)
{
    unsigned octave;

    if (ns < LOAD_HISTOGRAM_STEPS) {
        return (size_t) ns;
    }

    /* Of 2^7 and above, the seven bits behind the first. */
    octave = 63U - (unsigned) __builtin_clzll(ns) - 6U;
    if (octave >= LOAD_HISTOGRAM_OCTAVES) {
        return LOAD_HISTOGRAM_OCTAVES * LOAD_HISTOGRAM_STEPS - 1;
    }

    return octave * LOAD_HISTOGRAM_STEPS
           + (size_t) ((ns >> (octave - 1)) - LOAD_HISTOGRAM_STEPS);
}

static uint64_t
bucket_top(size_t bucket)
{
    size_t octave = bucket / LOAD_HISTOGRAM_STEPS;
    size_t step = bucket % LOAD_HISTOGRAM_STEPS;

    if (octave == 0) {
        return step;
    }

    return ((uint64_t) (LOAD_HISTOGRAM_STEPS + step + 1) << (octave - 1)) - 1;
}

/* Of each thread: schedstat begins with the nanoseconds it ran. */
static uint64_t
pid_cpu_ns(int pid)
{
    DIR               *dir;
    FILE              *f;
    char               path[320];
    uint64_t           sum = 0;
    struct dirent     *entry;
    unsigned long long ns;

    (void) snprintf(path, sizeof(path), "/proc/%d/task", pid);
    dir = opendir(path);
    if (dir == NULL) {
        return 0;
    }

    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') {
            continue;
        }

        (void) snprintf(path, sizeof(path), "/proc/%d/task/%s/schedstat", pid,
                        entry->d_name);
        f = fopen(path, "r");
        if (f == NULL) {
            continue;
        }

        if (fscanf(f, "%llu", &ns) == 1) {
            sum += ns;
        }

        (void) fclose(f);
    }

    (void) closedir(dir);

    return sum;
}

static uint64_t
pid_rollup_bytes(int pid, const char *key)
{
    FILE              *f;
    char               line[256];
    uint64_t           bytes = 0;
    unsigned long long kib;

    (void) snprintf(line, sizeof(line), "/proc/%d/smaps_rollup", pid);
    f = fopen(line, "r");
    if (f == NULL) {
        return 0;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0
            && sscanf(line + strlen(key), "%llu", &kib) == 1)
        {
            bytes = kib * 1024;
            break;
        }
    }

    (void) fclose(f);

    return bytes;
}
