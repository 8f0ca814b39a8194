/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_PROCESS_H
#define DESK_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "desk_segment.h"

/*
 * The table of processes at the segment. A process takes an entry when it
 * starts and says by its heartbeat that it lives. Its index is its name to
 * the others; the generation tells it from who had the entry before.
 */

typedef enum { DESK_KIND_NGINX = 1,
               DESK_KIND_AI,
               DESK_KIND_SUPERVISOR } desk_kind_e;

typedef enum {
    DESK_LIFE_FREE,
    DESK_LIFE_STARTING, /* entry taken, not open for calls yet */
    DESK_LIFE_UP,
    DESK_LIFE_DRAINING, /* keeps its calls, takes no new one */
    DESK_LIFE_DEAD      /* judged so: what it held is being given away */
} desk_life_e;

/* This process's own entry; or one of another, as found. */
typedef struct {
    desk_process_shared_t *shared;
    uint32_t               index;
    uint64_t               generation;
} desk_process_t;

#define DESK_HEARTBEAT_MS      100
#define DESK_HEARTBEAT_LOST_MS 500

/* Takes a free entry, or that of a dead process. -ENOSPC when none is. */
int desk_process_enter(desk_segment_t *seg, desk_kind_e kind,
                       desk_process_t *self);

/* With slots still held the entry stays, dead, until they are given away. */
void desk_process_leave(desk_segment_t *seg, desk_process_t *self);

/* Returns 0, or -ESTALE: this process was declared dead and must end. */
int desk_process_beat(desk_process_t *self);
int desk_process_set_life(desk_process_t *self, desk_life_e life);

desk_life_e desk_process_life(const desk_segment_t *seg, uint32_t index);
uint64_t    desk_process_generation(const desk_segment_t *seg, uint32_t index);
desk_kind_e desk_process_kind(const desk_segment_t *seg, uint32_t index);

/*
 * Whether the process of that entry is still there: pid and start time, for a
 * pid alone may be another's by now, and a zombie does not count. Reads
 * /proc; not for the audio path.
 */
int desk_process_exists(const desk_segment_t *seg, uint32_t index);

/*
 * Sends it SIGKILL. Before its slots are given away: frozen or not, it then
 * writes nothing any more, where epochs alone would let it end a record it had
 * begun. Returns 0, -ESRCH when it is gone, -EPERM.
 */
int desk_process_kill(const desk_segment_t *seg, uint32_t index);

/*
 * Declares dead a process of this generation. One caller gets 1 and has to
 * give away what it held, then free the entry; all others get 0. An entry that
 * stays dead is of one that died doing so: the next supervisor does it again.
 */
int  desk_process_bury(desk_segment_t *seg, uint32_t index,
                       uint64_t generation);
void desk_process_free(desk_segment_t *seg, uint32_t index);

/* The worker with fewest calls among those open for them, or -ENOENT. */
int desk_process_pick(const desk_segment_t *seg, desk_kind_e kind,
                      uint32_t *index);

/* A process's start time in clock ticks since boot; 0 when it is gone. */
uint64_t desk_process_start_time(int32_t pid);

static inline void
desk_count(desk_process_t *self, desk_counter_e counter, uint64_t n)
{
    /* Relaxed, load and store: only this process writes its counters. */
    atomic_store_explicit(
        &self->shared->counters[counter],
        atomic_load_explicit(&self->shared->counters[counter],
                             memory_order_relaxed)
            + n,
        memory_order_relaxed);
}

/*
 * From here on it works for that slot's call; without one (-1) for none. When
 * it dies, this tells which call it died of.
 */
static inline void
desk_process_take_in_hand(const desk_process_t *self, int slot)
{
    atomic_store_explicit(&self->shared->hand, (uint32_t) (slot + 1),
                          memory_order_relaxed);
}

/* Of all processes there ever were. */
uint64_t desk_counter_sum(const desk_segment_t *seg, desk_counter_e counter);

/*
 * Ready words: a bit for each slot and RPC entry that has something for this
 * process. The producer sets, the consumer takes all at once.
 */
static inline _Atomic uint64_t *
desk_ready_words(const desk_segment_t *seg, uint32_t index)
{
    return seg->ready + (size_t) index * seg->ready_words;
}

static inline void
desk_ready_set(const desk_segment_t *seg, uint32_t index, uint32_t bit)
{
    /* Release: who takes the bit sees what was published before it. */
    (void) atomic_fetch_or_explicit(desk_ready_words(seg, index) + bit / 64,
                                    UINT64_C(1) << bit % 64,
                                    memory_order_release);
}

static inline uint64_t
desk_ready_take(const desk_segment_t *seg, uint32_t index, uint32_t word)
{
    _Atomic uint64_t *at = desk_ready_words(seg, index) + word;

    if (atomic_load_explicit(at, memory_order_relaxed) == 0) {
        return 0;
    }

    return atomic_exchange_explicit(at, 0, memory_order_acquire);
}

/* RPC entry n is bit slot_count + n. */
static inline uint32_t
desk_ready_rpc_bit(const desk_segment_t *seg, uint32_t entry)
{
    return seg->slot_count + entry;
}

#endif /* DESK_PROCESS_H */
