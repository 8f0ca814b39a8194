/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "desk_slot.h"

#define GENERATION_SHIFT 32
#define CLAIMER_SHIFT 8
#define CLAIMER_MASK 0xffffffU
#define BITS_MASK 0xffU
#define HELD (DESK_SLOT_NGX | DESK_SLOT_AI)

static int slot_take(desk_segment_t *seg, const desk_process_t *self,
                     desk_slot_t *slot);
static int slot_allocate(desk_segment_t *seg, const desk_slot_t *slot);
static void slot_point(const desk_segment_t *seg, uint32_t index,
                       desk_slot_t *slot);
static void slot_let_go(desk_slot_t *slot, uint32_t bit);
static int slot_pass_on(desk_segment_t *seg, desk_slot_t *slot,
                        uint64_t owner, desk_doorbell_t *bell);
static uint64_t owner_word(uint32_t epoch, uint32_t index);
static int owner_index(uint64_t owner);

int
desk_slot_claim(desk_segment_t *seg, const desk_process_t *self,
                const desk_card_t *card, uint32_t up_bytes,
                uint32_t down_bytes, desk_slot_t *slot)
{
    int      rc;
    uint32_t worker = 0;

    rc = desk_process_pick(seg, DESK_KIND_AI, &worker);
    if (rc < 0) {
        return rc;
    }

    rc = slot_take(seg, self, slot);
    if (rc < 0) {
        return rc;
    }

    rc = slot_allocate(seg, slot);
    if (rc < 0) {
        slot_let_go(slot, DESK_SLOT_NGX);
        return rc;
    }

    slot->shared->card = *card;
    desk_ring_reset(&slot->shared->up,
                    up_bytes < seg->up_bytes ? up_bytes : seg->up_bytes);
    desk_ring_reset(&slot->shared->down,
                    down_bytes < seg->down_bytes ? down_bytes
                                                 : seg->down_bytes);
    atomic_store_explicit(&slot->shared->deaths, 0, memory_order_relaxed);
    atomic_store_explicit(&slot->shared->ngx_owner,
                          owner_word(1, self->index), memory_order_relaxed);
    atomic_store_explicit(&slot->shared->ai_owner, owner_word(1, worker),
                          memory_order_relaxed);
    (void) atomic_fetch_add_explicit(&seg->processes[worker].calls, 1,
                                     memory_order_relaxed);

    /* S1 pairs with S2 in desk_slot_open(): all of it is filled. */
    (void) atomic_fetch_or_explicit(slot->state,
                                    DESK_SLOT_AI | DESK_SLOT_LIVE,
                                    memory_order_release);
    slot->epoch = 1;

    return 0;
}

int
desk_slot_ngx_rings(const desk_segment_t *seg, const desk_slot_t *slot,
                    desk_ring_writer_t *up, desk_ring_reader_t *down)
{
    int rc;

    rc = desk_ring_writer_attach(up, &slot->shared->up, slot->up_data,
                                 seg->up_bytes, DESK_RING_OVERWRITES,
                                 slot->epoch, 0);
    if (rc < 0) {
        return rc;
    }

    return desk_ring_reader_attach(down, &slot->shared->down, slot->down_data,
                                   seg->down_bytes, DESK_RING_WAITS, NULL);
}

int
desk_slot_open(desk_segment_t *seg, const desk_process_t *self,
               uint32_t index, desk_slot_t *slot)
{
    uint64_t state, owner;

    if (index >= seg->slot_count) {
        return -ENOENT;
    }

    slot_point(seg, index, slot);

    /* S2 pairs with S1 in desk_slot_claim(). */
    state = atomic_load_explicit(slot->state, memory_order_acquire);
    owner = atomic_load_explicit(&slot->shared->ai_owner,
                                 memory_order_acquire);

    if ((state & (DESK_SLOT_AI | DESK_SLOT_LIVE))
            != (DESK_SLOT_AI | DESK_SLOT_LIVE)
        || owner_index(owner) != (int) self->index)
    {
        return -ENOENT;
    }

    slot->generation = (uint32_t) (state >> GENERATION_SHIFT);
    slot->epoch = (uint16_t) (owner >> 32);

    return 0;
}

int
desk_slot_ai_rings(const desk_segment_t *seg, const desk_slot_t *slot,
                   desk_ring_reader_t *up, desk_ring_writer_t *down)
{
    int      rc, adopted;
    uint64_t from;

    adopted = slot->epoch > 1;
    from = atomic_load_explicit(adopted ? &slot->shared->up.replay
                                        : &slot->shared->up.head,
                                memory_order_relaxed);

    rc = desk_ring_reader_attach(up, &slot->shared->up, slot->up_data,
                                 seg->up_bytes, DESK_RING_OVERWRITES, &from);
    if (rc < 0) {
        return rc;
    }

    return desk_ring_writer_attach(down, &slot->shared->down, slot->down_data,
                                   seg->down_bytes, DESK_RING_WAITS,
                                   slot->epoch, adopted);
}

int
desk_slot_is_mine(const desk_slot_t *slot, const desk_process_t *self)
{
    return atomic_load_explicit(&slot->shared->ai_owner,
                                memory_order_relaxed)
           == owner_word(slot->epoch, self->index);
}

int
desk_slot_has_stream(const desk_slot_t *slot)
{
    uint64_t state;

    state = atomic_load_explicit(slot->state, memory_order_acquire);

    return state >> GENERATION_SHIFT == slot->generation
           && (state & DESK_SLOT_NGX) != 0;
}

void
desk_slot_ngx_release(desk_segment_t *seg, desk_slot_t *slot)
{
    (void) seg;
    slot_let_go(slot, DESK_SLOT_NGX);
}

void
desk_slot_ai_release(desk_segment_t *seg, desk_slot_t *slot,
                     const desk_process_t *self)
{
    uint64_t owner = owner_word(slot->epoch, self->index);

    /* One that lost the call meanwhile has nothing to let go of. */
    if (!atomic_compare_exchange_strong_explicit(&slot->shared->ai_owner,
                                                 &owner, 0,
                                                 memory_order_acq_rel,
                                                 memory_order_relaxed))
    {
        return;
    }

    (void) atomic_fetch_sub_explicit(&seg->processes[self->index].calls, 1,
                                     memory_order_relaxed);
    slot_let_go(slot, DESK_SLOT_AI);
}

int
desk_slot_ai_index(const desk_slot_t *slot)
{
    return owner_index(atomic_load_explicit(&slot->shared->ai_owner,
                                            memory_order_relaxed));
}

int
desk_slot_ngx_index(const desk_slot_t *slot)
{
    return owner_index(atomic_load_explicit(&slot->shared->ngx_owner,
                                            memory_order_relaxed));
}

uint32_t
desk_slot_free_count(const desk_segment_t *seg)
{
    uint32_t i, count = 0;

    for (i = 0; i < seg->slot_count; i++) {
        if ((atomic_load_explicit(&seg->states[i], memory_order_relaxed)
             & BITS_MASK)
            == 0)
        {
            count++;
        }
    }

    return count;
}

uint32_t
desk_slot_give_away(desk_segment_t *seg, uint32_t dead, desk_doorbell_t *bell,
                    uint32_t *left)
{
    int         heir;
    uint32_t    i, touched = 0;
    uint64_t    state, owner;
    desk_slot_t slot;

    *left = 0;

    for (i = 0; i < seg->slot_count; i++) {
        state = atomic_load_explicit(&seg->states[i], memory_order_acquire);
        if ((state & BITS_MASK) == 0) {
            continue;
        }

        slot_point(seg, i, &slot);
        slot.generation = (uint32_t) (state >> GENERATION_SHIFT);

        if ((state & DESK_SLOT_NGX) != 0
            && (state >> CLAIMER_SHIFT & CLAIMER_MASK) == dead + 1)
        {
            slot_let_go(&slot, DESK_SLOT_NGX);
            touched++;

            heir = desk_slot_ai_index(&slot);
            if (heir >= 0) {
                desk_ready_set(seg, (uint32_t) heir, i);
                (void) desk_doorbell_ring(bell, seg, (uint32_t) heir);
            }
        }

        owner = atomic_load_explicit(&slot.shared->ai_owner,
                                     memory_order_acquire);
        if ((state & DESK_SLOT_AI) != 0 && owner_index(owner) == (int) dead) {
            if (slot_pass_on(seg, &slot, owner, bell) == 0) {
                touched++;
            } else {
                (*left)++;
            }
        }
    }

    return touched;
}

static int
slot_pass_on(desk_segment_t *seg, desk_slot_t *slot, uint64_t owner,
             desk_doorbell_t *bell)
{
    int      rc;
    uint32_t heir = 0, epoch;

    rc = desk_process_pick(seg, DESK_KIND_AI, &heir);
    if (rc < 0) {
        return rc;
    }

    epoch = (uint32_t) (owner >> 32) + 1;

    if (!atomic_compare_exchange_strong_explicit(
            &slot->shared->ai_owner, &owner, owner_word(epoch, heir),
            memory_order_acq_rel, memory_order_relaxed))
    {
        return -ESTALE;
    }

    (void) atomic_fetch_add_explicit(&slot->shared->deaths, 1,
                                     memory_order_relaxed);
    (void) atomic_fetch_add_explicit(&seg->processes[heir].calls, 1,
                                     memory_order_relaxed);
    desk_ready_set(seg, heir, slot->index);
    (void) desk_doorbell_ring(bell, seg, heir);

    return 0;
}

static int
slot_take(desk_segment_t *seg, const desk_process_t *self, desk_slot_t *slot)
{
    uint32_t i;
    uint64_t state, next;

    /* The lowest first: few slots in use touch little memory. */
    for (i = 0; i < seg->slot_count; i++) {
        state = atomic_load_explicit(&seg->states[i], memory_order_relaxed);

        if ((state & BITS_MASK) != 0) {
            continue;
        }

        next = ((state >> GENERATION_SHIFT) + 1) << GENERATION_SHIFT
               | (uint64_t) (self->index + 1) << CLAIMER_SHIFT
               | DESK_SLOT_NGX;

        if (atomic_compare_exchange_strong_explicit(&seg->states[i], &state,
                                                    next,
                                                    memory_order_acq_rel,
                                                    memory_order_relaxed))
        {
            slot_point(seg, i, slot);
            slot->generation = (uint32_t) (next >> GENERATION_SHIFT);
            return 0;
        }
    }

    return -ENOSPC;
}

/* Once for each slot's place; the memory is kept for the next call in it. */
static int
slot_allocate(desk_segment_t *seg, const desk_slot_t *slot)
{
    int   rc;
    off_t at;

    if (atomic_load_explicit(&slot->shared->has_bytes, memory_order_relaxed)) {
        return 0;
    }

    at = (off_t) (slot->up_data - (uint8_t *) seg->header);

    rc = posix_fallocate(seg->fd, at,
                         (off_t) seg->up_bytes + (off_t) seg->down_bytes);
    if (rc != 0) {
        return -ENOSPC;
    }

    atomic_store_explicit(&slot->shared->has_bytes, 1, memory_order_relaxed);

    return 0;
}

static void
slot_point(const desk_segment_t *seg, uint32_t index, desk_slot_t *slot)
{
    memset(slot, 0, sizeof(*slot));
    slot->shared = &seg->slots[index];
    slot->state = &seg->states[index];
    slot->up_data = seg->rings
                    + (size_t) index * (seg->up_bytes + seg->down_bytes);
    slot->down_data = slot->up_data + seg->up_bytes;
    slot->index = index;
}

static void
slot_let_go(desk_slot_t *slot, uint32_t bit)
{
    uint64_t state, next;

    state = atomic_load_explicit(slot->state, memory_order_acquire);

    do {
        if (state >> GENERATION_SHIFT != slot->generation
            || (state & bit) == 0)
        {
            return;
        }

        next = state & ~(uint64_t) bit;
        if ((next & HELD) == 0) {
            next = state >> GENERATION_SHIFT << GENERATION_SHIFT;
        }

    } while (!atomic_compare_exchange_weak_explicit(slot->state, &state, next,
                                                    memory_order_acq_rel,
                                                    memory_order_acquire));
}

static uint64_t
owner_word(uint32_t epoch, uint32_t index)
{
    return (uint64_t) epoch << 32 | (index + 1);
}

static int
owner_index(uint64_t owner)
{
    uint32_t index = (uint32_t) owner;

    return index == 0 || index > DESK_PROCESS_COUNT ? -1 : (int) index - 1;
}
