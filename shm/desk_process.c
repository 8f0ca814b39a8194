/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "desk_process.h"

#define LIFE_BITS 8
#define LIFE_MASK 0xffU

static int process_take(desk_segment_t *seg, uint32_t index,
                        desk_kind_e kind, desk_process_t *self);
static int process_holds_slots(const desk_segment_t *seg, uint32_t index);
static uint64_t process_started(desk_process_shared_t *p, int32_t *pid);
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
     * Full: perhaps of the dead that nobody buried. Of those, who holds no
     * slot may go; the others are the supervisor's to give away.
     */
    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        life = desk_process_life(seg, i);
        generation = desk_process_generation(seg, i);

        if (life != DESK_LIFE_DEAD && !desk_process_exists(seg, i)
            && !process_holds_slots(seg, i)
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

    /* Who still holds slots leaves as if it died: they are to be given away. */
    if (life_change(self->shared, self->generation, DESK_LIFE_DEAD) == 0
        && !process_holds_slots(seg, self->index))
    {
        desk_process_free(seg, self->index);
    }

    self->shared = NULL;
}

int
desk_process_beat(desk_process_t *self)
{
    uint64_t life;

    /* First: the heart may be another's by now. */
    life = atomic_load_explicit(&self->shared->life, memory_order_acquire);

    if (life >> LIFE_BITS != self->generation
        || (life & LIFE_MASK) == DESK_LIFE_DEAD
        || (life & LIFE_MASK) == DESK_LIFE_FREE)
    {
        return -ESTALE;
    }

    atomic_store_explicit(&self->shared->heartbeat_ms, desk_now_ms(),
                          memory_order_relaxed);

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
    uint64_t               beat, start;
    desk_process_shared_t *p = &seg->processes[index];

    start = process_started(p, &pid);

    if (pid == 0) {
        /* Its entry is just being filled; or was, when it died. */
        beat = atomic_load_explicit(&p->heartbeat_ms, memory_order_relaxed);
        return desk_process_life(seg, index) == DESK_LIFE_STARTING
               && desk_now_ms() <= beat + DESK_HEARTBEAT_LOST_MS;
    }

    return start != 0 && desk_process_start_time(pid) == start;
}

int
desk_process_kill(const desk_segment_t *seg, uint32_t index)
{
    int      fd, rc;
    int32_t  pid;
    uint64_t start;

    start = process_started(&seg->processes[index], &pid);
    if (pid <= 0 || start == 0 || pid == getpid()) {
        return -ESRCH;
    }

    /* Held by a descriptor, the pid cannot become another's meanwhile. */
    fd = pidfd_open(pid, 0);
    if (fd < 0) {
        return -errno;
    }

    if (desk_process_start_time(pid) != start) {
        rc = -ESRCH;
    } else {
        rc = pidfd_send_signal(fd, SIGKILL, NULL, 0) < 0 ? -errno : 0;
    }

    (void) close(fd);

    return rc;
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
    uint64_t               word;
    desk_process_shared_t *p = &seg->processes[index];

    word = atomic_load_explicit(&p->life, memory_order_acquire);
    if ((word & LIFE_MASK) != DESK_LIFE_DEAD) {
        return;
    }

    atomic_store_explicit(&p->pid, 0, memory_order_relaxed);

    /* P1 pairs with P2 in process_take(): the entry is empty. */
    (void) atomic_compare_exchange_strong_explicit(
        &p->life, &word, life_word(word >> LIFE_BITS, DESK_LIFE_FREE),
        memory_order_release, memory_order_relaxed);
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
    if (p == NULL || p[1] != ' ' || strchr("ZXx", p[2]) != NULL) {
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
    uint64_t sum = 0;

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

    /*
     * Before the entry is ours, and so before anybody looks at its heartbeat:
     * the last one's would have us declared dead while we fill the rest.
     */
    atomic_store_explicit(&p->heartbeat_ms, desk_now_ms(),
                          memory_order_relaxed);

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
    atomic_store_explicit(&p->hand, 0, memory_order_relaxed);
    atomic_store_explicit(&p->armed, 0, memory_order_relaxed);
    atomic_store_explicit(&p->start_time, desk_process_start_time(getpid()),
                          memory_order_relaxed);

    /* P3 pairs with P4 in process_started(): the start time is of this pid. */
    atomic_store_explicit(&p->pid, getpid(), memory_order_release);

    self->shared = p;
    self->index = index;
    self->generation = generation;

    return 0;
}

/* A look at every slot: not for the audio path. */
static int
process_holds_slots(const desk_segment_t *seg, uint32_t index)
{
    uint32_t i;
    uint64_t state, owner;

    for (i = 0; i < seg->slot_count; i++) {
        state = atomic_load_explicit(&seg->states[i], memory_order_acquire);
        owner = atomic_load_explicit(&seg->slots[i].ai_owner,
                                     memory_order_relaxed);

        if (((state & DESK_SLOT_NGX) != 0
             && (state >> DESK_SLOT_CLAIMER_SHIFT & DESK_SLOT_CLAIMER_MASK)
                    == index + 1)
            || ((state & DESK_SLOT_AI) != 0 && (uint32_t) owner == index + 1))
        {
            return 1;
        }
    }

    return 0;
}

static uint64_t
process_started(desk_process_shared_t *p, int32_t *pid)
{
    /* P4 pairs with P3 in process_take(). */
    *pid = atomic_load_explicit(&p->pid, memory_order_acquire);

    return atomic_load_explicit(&p->start_time, memory_order_relaxed);
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
