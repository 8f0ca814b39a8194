/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_ring.h"

/*
 * When a producer of an up ring turns back before the ring's end. Nothing of
 * the protocol is different in it: readers know a PAD wherever it stands.
 */

static uint64_t ring_lap(const desk_ring_writer_t *w);

void
desk_ring_stay_near(desk_ring_writer_t *w, uint32_t near)
{
    /* What is carried must not reach what it is carried from. */
    if (w->kind != DESK_RING_OVERWRITES || near >= w->size
        || near < 2 * DESK_RING_CARRY)
    {
        return;
    }

    w->near = near;
    w->reach = near;
}

/* Once a frame beyond `near`: an older mark than there is does no harm. */
uint64_t
desk_ring_wanted(const desk_ring_writer_t *w)
{
    uint64_t replay;

    replay = atomic_load_explicit(&w->shared->replay, memory_order_relaxed);

    if (replay > w->tail || replay % sizeof(uint64_t) != 0
        || replay < ring_lap(w) || w->tail - replay > DESK_RING_CARRY)
    {
        return DESK_RING_FAR;
    }

    return replay;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
desk_ring_turns(const desk_ring_writer_t *w, uint32_t span)
{
    /* Behind it there is to be room for a PAD. */
    uint64_t end = w->tail % w->size + span + DESK_RECORD_HEAD;

    if (w->near == 0 || end <= w->near) {
        return 0;
    }

    /* Without the reach for it, what is wanted longest is lost. */
    return (end > w->reach && w->reach < w->size)
           || desk_ring_wanted(w) != DESK_RING_FAR;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
desk_ring_is_short(const desk_ring_writer_t *w, uint32_t length)
{
    return w->near != 0 && w->reach < w->size
           && w->tail % w->size + desk_record_span(length) + DESK_RECORD_HEAD
                  > w->reach
           && desk_ring_wanted(w) == DESK_RING_FAR;
}

/* Once a frame while it reaches far: no allocation, no locks, no waiting. */
int
desk_ring_narrow(desk_ring_writer_t *w)
{
    uint64_t head, replay, lap = ring_lap(w);

    if (w->near == 0 || w->reach == w->near
        || w->tail - lap + DESK_RECORD_HEAD > w->near)
    {
        return 0;
    }

    /* A1 pairs with R1 in desk_ring_release(): what is before was read. */
    head = atomic_load_explicit(&w->shared->head, memory_order_acquire);
    replay = atomic_load_explicit(&w->shared->replay, memory_order_relaxed);

    if (head < lap || head > w->tail || replay < lap || replay > w->tail) {
        return 0;
    }

    if (w->limit < lap) {
        w->limit = lap;
        atomic_store_explicit(&w->shared->oldest, lap, memory_order_relaxed);

        /* F1: who finds the bytes gone sees that they are. */
        atomic_thread_fence(memory_order_release);
    }

    w->reach = w->near;

    return 1;
}

/* The position of the ring's start. */
static uint64_t
ring_lap(const desk_ring_writer_t *w)
{
    return w->tail - w->tail % w->size;
}
