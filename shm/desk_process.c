/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk_process.h"

#define LIFE_BITS 8
#define LIFE_MASK 0xffU

static int process_take(desk_segment_t *seg, uint32_t index,
                        desk_kind_e kind, desk_process_t *self);
static void process_retire_counters(desk_segment_t *seg,
                                    desk_process_shared_t *p);
static int life_change(desk_process_shared_t *p, uint64_t generation,
                       desk_life_e life);
static uint64_t life_word(uint64_t generation, desk_life_e life);

int
desk_process_enter(desk_segment_t *seg, desk_kind_e kind,
                   desk_process_t *self)
{
    uint32_t    i;
    uint64_t    generation;
    desk_life_e life;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        if (process_take(seg, i, kind, self) == 0) {
            return 0;
        }
    }

    /*
     * Full: perhaps of the dead that nobody buried. Of those, what holds no
     * call may go; the others are the supervisor's to give away.
     */
    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        life = desk_process_life(seg, i);
        generation = desk_process_generation(seg, i);

        if (life != DESK_LIFE_DEAD && !desk_process_exists(seg, i)
            && atomic_load(&seg->processes[i].calls) == 0
            && desk_process_bury(seg, i, generation))
        {
            desk_process_free(seg, i);
            if (process_take(seg, i, kind, self) == 0) {
                return 0;
            }
        }
    }

    return -ENOSPC;
}

void
desk_process_leave(desk_segment_t *seg, desk_process_t *self)
{
    if (self->shared == NULL) {
        return;
    }

    if (life_change(self->shared, self->generation, DESK_LIFE_DEAD) == 0) {
        desk_process_free(seg, self->index);
    }

    self->shared = NULL;
}

int
desk_process_beat(desk_process_t *self)
{
    uint64_t life;

    atomic_store_explicit(&self->shared->heartbeat_ms, desk_now_ms(),
                          memory_order_relaxed);

    life = atomic_load_explicit(&self->shared->life, memory_order_acquire);

    if (life >> LIFE_BITS != self->generation
        || (life & LIFE_MASK) == DESK_LIFE_DEAD)
    {
        return -ESTALE;
    }

    return 0;
}

int
desk_process_set_life(desk_process_t *self, desk_life_e life)
{
    return life_change(self->shared, self->generation, life);
}

desk_life_e
desk_process_life(const desk_segment_t *seg, uint32_t index)
{
    return (desk_life_e) (atomic_load_explicit(&seg->processes[index].life,
                                               memory_order_acquire)
                          & LIFE_MASK);
}

uint64_t
desk_process_generation(const desk_segment_t *seg, uint32_t index)
{
    return atomic_load_explicit(&seg->processes[index].life,
                                memory_order_acquire)
           >> LIFE_BITS;
}

desk_kind_e
desk_process_kind(const desk_segment_t *seg, uint32_t index)
{
    return (desk_kind_e) atomic_load_explicit(&seg->processes[index].kind,
                                              memory_order_relaxed);
}

int
desk_process_exists(const desk_segment_t *seg, uint32_t index)
{
    int32_t                pid;
    uint64_t               start;
    desk_process_shared_t *p = &seg->processes[index];

    pid = atomic_load_explicit(&p->pid, memory_order_relaxed);
    start = atomic_load_explicit(&p->start_time, memory_order_relaxed);

    return pid > 0 && start != 0 && desk_process_start_time(pid) == start;
}

int
desk_process_bury(desk_segment_t *seg, uint32_t index, uint64_t generation)
{
    return life_change(&seg->processes[index], generation, DESK_LIFE_DEAD)
           == 0;
}

void
desk_process_free(desk_segment_t *seg, uint32_t index)
{
    uint64_t               generation;
    desk_process_shared_t *p = &seg->processes[index];

    process_retire_counters(seg, p);
    atomic_store_explicit(&p->calls, 0, memory_order_relaxed);
    atomic_store_explicit(&p->pid, 0, memory_order_relaxed);

    generation = atomic_load_explicit(&p->life, memory_order_relaxed)
                 >> LIFE_BITS;

    /* P1 pairs with P2 in process_take(): the entry is empty. */
    atomic_store_explicit(&p->life, life_word(generation, DESK_LIFE_FREE),
                          memory_order_release);
}

int
desk_process_pick(const desk_segment_t *seg, desk_kind_e kind,
                  uint32_t *index)
{
    int                          rc = -ENOENT;
    uint32_t                     i, calls, fewest = UINT32_MAX;
    uint64_t                     beat, now = desk_now_ms();
    const desk_process_shared_t *p;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        p = &seg->processes[i];

        if (desk_process_life(seg, i) != DESK_LIFE_UP
            || desk_process_kind(seg, i) != kind)
        {
            continue;
        }

        beat = atomic_load_explicit(&p->heartbeat_ms, memory_order_relaxed);
        if (now > beat + DESK_HEARTBEAT_LOST_MS) {
            continue;
        }

        calls = atomic_load_explicit(&p->calls, memory_order_relaxed);
        if (calls < fewest) {
            fewest = calls;
            *index = i;
            rc = 0;
        }
    }

    return rc;
}

uint64_t
desk_process_start_time(int32_t pid)
{
    int     fd, i;
    char    path[32], text[1024], *p;
    ssize_t n;

    (void) snprintf(path, sizeof(path), "/proc/%d/stat", (int) pid);

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return 0;
    }

    n = read(fd, text, sizeof(text) - 1);
    (void) close(fd);

    if (n <= 0) {
        return 0;
    }

    text[n] = '\0';

    /* proc(5): the name in field 2 may hold anything, its last ) ends it. */
    p = strrchr(text, ')');
    if (p == NULL || p[1] != ' ' || p[2] == 'Z' || p[2] == 'X') {
        return 0;
    }

    /* Field 3 is the state; field 22 the start time. */
    p += 2;
    for (i = 3; i < 22 && p != NULL; i++) {
        p = strchr(p, ' ');
        if (p != NULL) {
            p++;
        }
    }

    return p == NULL ? 0 : strtoull(p, NULL, 10);
}

uint64_t
desk_counter_sum(const desk_segment_t *seg, desk_counter_e counter)
{
    uint32_t i;
    uint64_t sum;

    sum = atomic_load_explicit(&seg->header->retired[counter],
                               memory_order_relaxed);

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        sum += atomic_load_explicit(&seg->processes[i].counters[counter],
                                    memory_order_relaxed);
    }

    return sum;
}

static int
process_take(desk_segment_t *seg, uint32_t index, desk_kind_e kind,
             desk_process_t *self)
{
    uint32_t               i;
    uint64_t               word, generation;
    desk_process_shared_t *p = &seg->processes[index];

    /* P2 pairs with P1 in desk_process_free(). */
    word = atomic_load_explicit(&p->life, memory_order_acquire);
    if ((word & LIFE_MASK) != DESK_LIFE_FREE) {
        return -EBUSY;
    }

    generation = (word >> LIFE_BITS) + 1;

    if (!atomic_compare_exchange_strong_explicit(
            &p->life, &word, life_word(generation, DESK_LIFE_STARTING),
            memory_order_acq_rel, memory_order_relaxed))
    {
        return -EBUSY;
    }

    for (i = 0; i < seg->ready_words; i++) {
        atomic_store_explicit(desk_ready_words(seg, index) + i, 0,
                              memory_order_relaxed);
    }

    atomic_store_explicit(&p->kind, kind, memory_order_relaxed);
    atomic_store_explicit(&p->calls, 0, memory_order_relaxed);
    atomic_store_explicit(&p->armed, 0, memory_order_relaxed);
    atomic_store_explicit(&p->heartbeat_ms, desk_now_ms(),
                          memory_order_relaxed);
    atomic_store_explicit(&p->start_time, desk_process_start_time(getpid()),
                          memory_order_relaxed);
    atomic_store_explicit(&p->pid, getpid(), memory_order_release);

    self->shared = p;
    self->index = index;
    self->generation = generation;

    return 0;
}

static void
process_retire_counters(desk_segment_t *seg, desk_process_shared_t *p)
{
    uint32_t i;
    uint64_t n;

    for (i = 0; i < DESK_COUNTER_ROOM; i++) {
        n = atomic_exchange_explicit(&p->counters[i], 0,
                                     memory_order_relaxed);
        (void) atomic_fetch_add_explicit(&seg->header->retired[i], n,
                                         memory_order_relaxed);
    }
}

static int
life_change(desk_process_shared_t *p, uint64_t generation, desk_life_e life)
{
    uint64_t word;

    word = atomic_load_explicit(&p->life, memory_order_acquire);

    do {
        if (word >> LIFE_BITS != generation
            || (word & LIFE_MASK) == DESK_LIFE_DEAD
            || (word & LIFE_MASK) == DESK_LIFE_FREE)
        {
            return -ESTALE;
        }

    } while (!atomic_compare_exchange_weak_explicit(
        &p->life, &word, life_word(generation, life), memory_order_acq_rel,
        memory_order_acquire));

    return 0;
}

static uint64_t
life_word(uint64_t generation, desk_life_e life)
{
    return generation << LIFE_BITS | life;
}
