/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_DOORBELL_H
#define DESK_DOORBELL_H

#include <stdint.h>

#include "desk_process.h"

/*
 * How a process that sleeps in its event loop hears that a ring has something
 * for it. It arms before it sleeps; who then makes something ready sends one
 * byte to its datagram socket. No system call while it is awake.
 *
 * The socket has an abstract name made of the segment's inode, the entry's
 * index and its generation, so nothing is left when the process is gone.
 */
typedef struct {
    int fd; /* bound, non-blocking: poll it for input; also sends */
} desk_doorbell_t;

int  desk_doorbell_open(desk_doorbell_t *bell, const desk_segment_t *seg,
                        const desk_process_t *self);
void desk_doorbell_close(desk_doorbell_t *bell);

/*
 * To be called before sleeping: returns 1 when it is safe to sleep, 0 when
 * something became ready meanwhile and is to be looked at first.
 */
int desk_doorbell_arm(const desk_segment_t *seg, const desk_process_t *self);

/*
 * Awake: nobody need ring. Once a loop turn, without a system call. The count
 * above the lowest bit stays: by it a late ringer sees that this is another
 * sleep than the one it rang for.
 */
static inline void
desk_doorbell_awake(const desk_process_t *self)
{
    uint32_t armed;

    armed = atomic_load_explicit(&self->shared->armed, memory_order_relaxed);

    if (armed & 1) {
        atomic_store_explicit(&self->shared->armed, armed & ~1U,
                              memory_order_relaxed);
    }
}

/* The socket can be read: the same, and reads away what was sent. */
void desk_doorbell_disarm(desk_doorbell_t *bell, const desk_process_t *self);

/*
 * Wakes process `index` if it sleeps: once a loop turn, after all that was
 * made ready in it. Returns 1 when a byte was sent.
 */
int desk_doorbell_ring(desk_doorbell_t *bell, const desk_segment_t *seg,
                       uint32_t index);

/* Who is to be rung at the end of the turn, each once. */
typedef struct {
    uint64_t words[DESK_PROCESS_COUNT / 64];
} desk_bells_t;

static inline void
desk_bells_add(desk_bells_t *bells, uint32_t index)
{
    bells->words[index / 64] |= UINT64_C(1) << index % 64;
}

/* Rings them all; returns how many bytes were sent. */
uint32_t desk_bells_ring(desk_bells_t *bells, desk_doorbell_t *bell,
                         const desk_segment_t *seg);

#endif /* DESK_DOORBELL_H */
