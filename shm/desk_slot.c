/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "desk_slot.h"

#define GENERATION_SHIFT DESK_SLOT_GENERATION_SHIFT
#define CLAIMER_SHIFT DESK_SLOT_CLAIMER_SHIFT
#define CLAIMER_MASK DESK_SLOT_CLAIMER_MASK
#define BITS_MASK DESK_SLOT_BITS
#define PAGE_BYTES 4096
#define HELD (DESK_SLOT_NGX | DESK_SLOT_AI)

static int slot_take(desk_segment_t *seg, const desk_process_t *self,
                     desk_slot_t *slot);
static int slot_allocate(desk_segment_t *seg, const desk_slot_t *slot,
                         uint32_t up_bytes, uint32_t down_bytes);
static int slot_allocate_ring(desk_segment_t *seg, const uint8_t *data,
                              uint32_t pages);
static void slot_wipe(const desk_segment_t *seg, const desk_slot_t *slot);
static void slot_fill(desk_segment_t *seg, desk_slot_t *slot,
                      const desk_card_t *card, uint32_t up_bytes,
                      uint32_t down_bytes, uint16_t ai_epoch);
static int slot_make_live(desk_segment_t *seg, desk_slot_t *slot,
                          const desk_process_t *self, uint64_t before,
                          uint32_t worker);
static void slot_point(const desk_segment_t *seg, uint32_t index,
                       desk_slot_t *slot);
static void slot_trim_if_last(desk_segment_t *seg, const desk_slot_t *slot,
                              uint32_t bit);
static void slot_let_go(desk_slot_t *slot, uint32_t bit);
static void slot_finish_release(desk_slot_t *slot, uint64_t state);
static void slot_tell_again(desk_segment_t *seg, const desk_slot_t *slot,
                            uint64_t owner, desk_doorbell_t *bell);
static int slot_pass_on(desk_segment_t *seg, desk_slot_t *slot,
                        uint64_t owner, desk_doorbell_t *bell);
static int slot_hand_over(desk_segment_t *seg, desk_slot_t *slot,
                          uint64_t *owner, uint32_t *heir);
static void slot_note_death(const desk_segment_t *seg,
                            const desk_slot_t *slot, uint64_t owner);
static int owner_is_forgotten(const desk_segment_t *seg, uint64_t owner);
static int worker_lives(const desk_segment_t *seg, uint32_t index);
static uint64_t owner_word(uint16_t epoch, uint32_t index);
static uint16_t owner_epoch(uint64_t owner);
static int owner_index(uint64_t owner);

int
desk_slot_claim(desk_segment_t *seg, const desk_process_t *self,
                const desk_card_t *card, uint32_t up_bytes,
                uint32_t down_bytes, desk_slot_t *slot)
{
    int      rc;
    uint32_t worker = 0;
    uint64_t before;

    if (up_bytes == 0 || up_bytes % DESK_LINE || down_bytes == 0
        || down_bytes % DESK_LINE)
    {
        return -EINVAL;
    }

    rc = desk_process_pick(seg, DESK_KIND_AI, &worker);
    if (rc < 0) {
        return rc;
    }

    rc = slot_take(seg, self, slot);
    if (rc < 0) {
        return rc;
    }

    rc = slot_allocate(seg, slot, up_bytes, down_bytes);
    if (rc < 0) {
        slot_let_go(slot, DESK_SLOT_NGX);
        return rc;
    }

    DESK_RING_STEP(20);
    slot_wipe(seg, slot);
    before = atomic_load_explicit(&slot->shared->ai_owner,
                                  memory_order_relaxed);
    slot_fill(seg, slot, card, up_bytes, down_bytes,
              (uint16_t) (owner_epoch(before) + 1));
    atomic_store_explicit(&slot->shared->ngx_owner,
                          owner_word(slot->epoch, self->index),
                          memory_order_relaxed);
    DESK_RING_STEP(21);

    return slot_make_live(seg, slot, self, before, worker);
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

    desk_ring_stay_near(up, desk_slot_near((uint32_t) up->size));

    return desk_ring_reader_attach(down, &slot->shared->down, slot->down_data,
                                   seg->down_bytes, DESK_RING_WAITS, NULL);
}

int
desk_slot_open(desk_segment_t *seg, const desk_process_t *self,
               uint32_t index, desk_slot_t *slot)
{
    uint64_t state, again, owner;

    if (index >= seg->slot_count) {
        return -ENOENT;
    }

    slot_point(seg, index, slot);

    /* S2 pairs with S1 in slot_make_live(). */
    again = atomic_load_explicit(slot->state, memory_order_acquire);

    do {
        state = again;
        owner = atomic_load_explicit(&slot->shared->ai_owner,
                                     memory_order_acquire);
        again = atomic_load_explicit(slot->state, memory_order_acquire);

        /* Once more if it went to another call between the two. */
    } while (state >> GENERATION_SHIFT != again >> GENERATION_SHIFT);

    if ((state & (DESK_SLOT_AI | DESK_SLOT_LIVE))
            != (DESK_SLOT_AI | DESK_SLOT_LIVE)
        || owner_index(owner) != (int) self->index)
    {
        return -ENOENT;
    }

    slot->generation = (uint32_t) (state >> GENERATION_SHIFT);
    slot->epoch = owner_epoch(owner);

    return 0;
}

int
desk_slot_ai_rings(const desk_segment_t *seg, const desk_slot_t *slot,
                   desk_ring_reader_t *up, desk_ring_writer_t *down)
{
    int      rc, adopted;
    uint64_t from;

    adopted = desk_slot_is_adopted(slot);
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
desk_slot_is_adopted(const desk_slot_t *slot)
{
    return slot->epoch
           != (uint16_t) atomic_load_explicit(&slot->shared->first_epoch,
                                              memory_order_relaxed);
}

int
desk_slot_is_deadly(const desk_slot_t *slot)
{
    /* Relaxed: counted before this worker became the owner. */
    return atomic_load_explicit(&slot->shared->deaths, memory_order_relaxed)
               >= DESK_SLOT_DEATHS_MAX
           || atomic_load_explicit(&slot->shared->losses,
                                   memory_order_relaxed)
                  >= DESK_SLOT_LOSSES_MAX;
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
    DESK_RING_STEP(24);
    slot_trim_if_last(seg, slot, DESK_SLOT_NGX);
    slot_let_go(slot, DESK_SLOT_NGX);
}

void
desk_slot_ai_release(desk_segment_t *seg, desk_slot_t *slot,
                     const desk_process_t *self)
{
    uint64_t owner = owner_word(slot->epoch, self->index);
    uint64_t nobody = (uint64_t) slot->epoch << 32;

    /* While it is ours: after the exchange it may become another call's. */
    if (desk_slot_is_mine(slot, self)) {
        slot_trim_if_last(seg, slot, DESK_SLOT_AI);
    }

    /* One that lost the call meanwhile has nothing to let go of. */
    if (!atomic_compare_exchange_strong_explicit(&slot->shared->ai_owner,
                                                 &owner, nobody,
                                                 memory_order_acq_rel,
                                                 memory_order_relaxed))
    {
        return;
    }

    (void) atomic_fetch_sub_explicit(&seg->processes[self->index].calls, 1,
                                     memory_order_relaxed);
    DESK_RING_STEP(25);
    slot_let_go(slot, DESK_SLOT_AI);
}

int
desk_slot_ai_index(const desk_slot_t *slot)
{
    /*
     * G3 pairs with G2 in slot_hand_over(): keeps the store of a tail, just
     * published, before the load of whom to tell of it. Either the heir is
     * found here, or it finds the tail when it is told of its call.
     */
    atomic_thread_fence(memory_order_seq_cst);

    return owner_index(atomic_load_explicit(&slot->shared->ai_owner,
                                            memory_order_relaxed));
}

int
desk_slot_ngx_index(const desk_slot_t *slot)
{
    if (!desk_slot_has_stream(slot)) {
        return -1;
    }

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
    int         rc;
    uint32_t    i, touched = 0;
    uint64_t    state, owner;
    desk_slot_t slot;

    *left = 0;

    /*
     * G1 pairs with G2 in slot_hand_over() and slot_make_live(): keeps the
     * store of the dead one's life before the loads of states and owners. Who
     * gives a slot to it at this moment finds it dead, or is found here.
     */
    atomic_thread_fence(memory_order_seq_cst);

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
            DESK_RING_STEP(27);
            touched++;
        }

        if ((state & DESK_SLOT_AI) == 0) {
            continue;
        }

        owner = atomic_load_explicit(&slot.shared->ai_owner,
                                     memory_order_acquire);

        if (owner_index(owner) < 0) {
            slot_finish_release(&slot, state);

        } else if (owner_index(owner) == (int) dead
                   || owner_is_forgotten(seg, owner))
        {
            rc = slot_pass_on(seg, &slot, owner, bell);
            touched += rc == 0;
            *left += rc == -ENOENT;

        } else {
            slot_tell_again(seg, &slot, owner, bell);
        }
    }

    return touched;
}

/*
 * The owner is to hear that its caller is gone, or that the call is its own
 * now: perhaps from us again, as who was to say so before may have died first.
 */
static void
slot_tell_again(desk_segment_t *seg, const desk_slot_t *slot, uint64_t owner,
                desk_doorbell_t *bell)
{
    uint16_t first;

    first = (uint16_t) atomic_load_explicit(&slot->shared->first_epoch,
                                            memory_order_relaxed);

    if (owner_epoch(owner) != first || !desk_slot_has_stream(slot)) {
        desk_ready_set(seg, (uint32_t) owner_index(owner), slot->index);
        (void) desk_doorbell_ring(bell, seg, (uint32_t) owner_index(owner));
    }
}

/*
 * Its worker died between the two steps of desk_slot_ai_release(), or is just
 * between them: then it finds the second one done.
 */
static void
slot_finish_release(desk_slot_t *slot, uint64_t state)
{
    if ((state & DESK_SLOT_LIVE) != 0) {
        slot_let_go(slot, DESK_SLOT_AI);
    }
}

static int
slot_pass_on(desk_segment_t *seg, desk_slot_t *slot, uint64_t owner,
             desk_doorbell_t *bell)
{
    int      rc;
    uint32_t heir = 0;

    rc = slot_hand_over(seg, slot, &owner, &heir);
    if (rc < 0) {
        return rc;
    }

    DESK_RING_STEP(26);
    desk_ready_set(seg, heir, slot->index);
    (void) desk_doorbell_ring(bell, seg, heir);

    return 0;
}

/*
 * From `*owner` to a worker that lives. Returns 0, -ENOENT: no worker is up,
 * -ESTALE: it has another owner by now. `*owner` becomes what was stored last.
 */
static int
slot_hand_over(desk_segment_t *seg, desk_slot_t *slot, uint64_t *owner,
               uint32_t *heir)
{
    int      rc;
    uint64_t next;

    do {
        rc = desk_process_pick(seg, DESK_KIND_AI, heir);
        if (rc < 0) {
            return rc;
        }

        /* Before the heir can see that it is one. */
        slot_note_death(seg, slot, *owner);
        next = owner_word((uint16_t) (owner_epoch(*owner) + 1), *heir);
        (void) atomic_fetch_add_explicit(&seg->processes[*heir].calls, 1,
                                         memory_order_relaxed);

        if (!atomic_compare_exchange_strong_explicit(
                &slot->shared->ai_owner, owner, next, memory_order_acq_rel,
                memory_order_relaxed))
        {
            (void) atomic_fetch_sub_explicit(&seg->processes[*heir].calls, 1,
                                             memory_order_relaxed);
            return -ESTALE;
        }

        *owner = next;

        /* G2: keeps the store of the owner before the load of its life. */
        atomic_thread_fence(memory_order_seq_cst);

    } while (!worker_lives(seg, *heir));

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

/*
 * As much as this call's rings take; the memory is kept for the next call in
 * this place.
 */
static int
slot_allocate(desk_segment_t *seg, const desk_slot_t *slot, uint32_t up_bytes,
              uint32_t down_bytes)
{
    uint32_t has, up, down;

    if (up_bytes > seg->up_bytes || down_bytes > seg->down_bytes) {
        return -EINVAL;
    }

    /* What a caller who talked on has left. */
    desk_slot_trim(seg, slot);

    /* Relaxed: only who is alone at the slot reads and writes it. */
    has = atomic_load_explicit(&slot->shared->has_pages, memory_order_relaxed);
    up = (desk_slot_near(up_bytes) + PAGE_BYTES - 1) / PAGE_BYTES;
    down = (down_bytes + PAGE_BYTES - 1) / PAGE_BYTES;

    if (up <= has >> 16 && down <= (has & 0xffff)) {
        return 0;
    }

    if (slot_allocate_ring(seg, slot->up_data, up) < 0
        || slot_allocate_ring(seg, slot->down_data, down) < 0)
    {
        return -ENOSPC;
    }

    up = up > has >> 16 ? up : has >> 16;
    down = down > (has & 0xffff) ? down : has & 0xffff;
    atomic_store_explicit(&slot->shared->has_pages, up << 16 | down,
                          memory_order_relaxed);

    return 0;
}

static int
slot_allocate_ring(desk_segment_t *seg, const uint8_t *data, uint32_t pages)
{
    int   rc;
    off_t at = (off_t) (data - (const uint8_t *) seg->header);

    do {
        rc = posix_fallocate(seg->fd, at, (off_t) pages * PAGE_BYTES);
    } while (rc == EINTR);

    return -rc;
}

/* All that was ever used of its rings: the last call may have used more. */
static void
slot_wipe(const desk_segment_t *seg, const desk_slot_t *slot)
{
    uint32_t has, up, down;

    has = atomic_load_explicit(&slot->shared->has_pages, memory_order_relaxed);
    up = (has >> 16) * PAGE_BYTES;
    down = (has & 0xffff) * PAGE_BYTES;

    desk_ring_wipe(slot->up_data, up < seg->up_bytes ? up : seg->up_bytes);
    desk_ring_wipe(slot->down_data,
                   down < seg->down_bytes ? down : seg->down_bytes);
}

/* Everything a worker finds in it, but for who it is. */
static void
slot_fill(desk_segment_t *seg, desk_slot_t *slot, const desk_card_t *card,
          uint32_t up_bytes, uint32_t down_bytes, uint16_t ai_epoch)
{
    uint64_t            before;
    desk_slot_shared_t *shared = slot->shared;

    before = atomic_load_explicit(&shared->ngx_owner, memory_order_relaxed);
    slot->epoch = (uint16_t) (owner_epoch(before) + 1);

    shared->card = *card;
    up_bytes = up_bytes < seg->up_bytes ? up_bytes : seg->up_bytes;
    desk_ring_renew_near(&shared->up, up_bytes, desk_slot_near(up_bytes),
                         slot->epoch);
    desk_ring_renew(&shared->down,
                    down_bytes < seg->down_bytes ? down_bytes
                                                 : seg->down_bytes,
                    ai_epoch);
    atomic_store_explicit(&shared->first_epoch, ai_epoch,
                          memory_order_relaxed);
    atomic_store_explicit(&shared->deaths, 0, memory_order_relaxed);
    atomic_store_explicit(&shared->losses, 0, memory_order_relaxed);
    atomic_store_explicit(&shared->death_ms, 0, memory_order_relaxed);
}

static int
slot_make_live(desk_segment_t *seg, desk_slot_t *slot,
               const desk_process_t *self, uint64_t before, uint32_t worker)
{
    int      rc;
    uint64_t state, owner;

    owner = owner_word((uint16_t) (owner_epoch(before) + 1), worker);
    state = (uint64_t) slot->generation << GENERATION_SHIFT
            | (uint64_t) (self->index + 1) << CLAIMER_SHIFT | DESK_SLOT_NGX;

    (void) atomic_fetch_add_explicit(&seg->processes[worker].calls, 1,
                                     memory_order_relaxed);

    if (!atomic_compare_exchange_strong_explicit(&slot->shared->ai_owner,
                                                 &before, owner,
                                                 memory_order_acq_rel,
                                                 memory_order_relaxed))
    {
        goto stale;
    }

    DESK_RING_STEP(22);

    /* S1 pairs with S2 in desk_slot_open(): all of it is filled. */
    if (!atomic_compare_exchange_strong_explicit(
            slot->state, &state, state | DESK_SLOT_AI | DESK_SLOT_LIVE,
            memory_order_acq_rel, memory_order_relaxed))
    {
        goto stale;
    }

    DESK_RING_STEP(23);

    /* G2: keeps the store of the state before the load of the life. */
    atomic_thread_fence(memory_order_seq_cst);

    if (worker_lives(seg, worker)) {
        return 0;
    }

    /* It died since it was picked, maybe after its slots were looked at. */
    rc = slot_hand_over(seg, slot, &owner, &worker);

    if (rc == -ENOENT
        && atomic_compare_exchange_strong_explicit(
            &slot->shared->ai_owner, &owner,
            (uint64_t) owner_epoch(owner) << 32, memory_order_acq_rel,
            memory_order_relaxed))
    {
        slot_let_go(slot, DESK_SLOT_AI);
        slot_let_go(slot, DESK_SLOT_NGX);
        return rc;
    }

    return 0;

stale:

    /* Somebody held us for dead, and the slot may be another call's by now. */
    (void) atomic_fetch_sub_explicit(&seg->processes[worker].calls, 1,
                                     memory_order_relaxed);
    return -ESTALE;
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

/* When both go at once neither does it, and the next claimer will. */
static void
slot_trim_if_last(desk_segment_t *seg, const desk_slot_t *slot, uint32_t bit)
{
    uint64_t state;

    state = atomic_load_explicit(slot->state, memory_order_acquire);

    if (state >> GENERATION_SHIFT == slot->generation
        && (state & HELD) == bit)
    {
        desk_slot_trim(seg, slot);
    }
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

/*
 * Its owner died, perhaps of it. What lies long back is forgotten, unless the
 * call was found to be deadly.
 */
static void
slot_note_death(const desk_segment_t *seg, const desk_slot_t *slot,
                uint64_t owner)
{
    uint32_t            deaths, losses, hand = 0;
    uint64_t            since, now = desk_now_ms();
    desk_slot_shared_t *shared = slot->shared;

    deaths = atomic_load_explicit(&shared->deaths, memory_order_relaxed);
    losses = atomic_load_explicit(&shared->losses, memory_order_relaxed);
    since = atomic_load_explicit(&shared->death_ms, memory_order_relaxed);

    if (owner_index(owner) >= 0) {
        hand = atomic_load_explicit(
            &seg->processes[owner_index(owner)].hand, memory_order_relaxed);
    }

    if (losses == 0
        || (!desk_slot_is_deadly(slot) && now > since + DESK_SLOT_DEATHS_MS))
    {
        deaths = 0;
        losses = 0;
        atomic_store_explicit(&shared->death_ms, now, memory_order_relaxed);
    }

    deaths += hand == slot->index + 1;
    atomic_store_explicit(&shared->deaths, deaths, memory_order_relaxed);
    atomic_store_explicit(&shared->losses, losses + 1, memory_order_relaxed);
}

/*
 * Its entry is free, or another's by now: it was buried before its claimer
 * made the call live, and the claimer has died before it looked (G2).
 */
static int
owner_is_forgotten(const desk_segment_t *seg, uint64_t owner)
{
    uint32_t index = (uint32_t) owner_index(owner);

    return !worker_lives(seg, index)
           && desk_process_life(seg, index) != DESK_LIFE_DEAD;
}

/* Whether it will find a slot that was just given to it. */
static int
worker_lives(const desk_segment_t *seg, uint32_t index)
{
    desk_life_e life = desk_process_life(seg, index);

    return (life == DESK_LIFE_UP || life == DESK_LIFE_DRAINING)
           && desk_process_kind(seg, index) == DESK_KIND_AI;
}

static uint64_t
owner_word(uint16_t epoch, uint32_t index)
{
    return (uint64_t) epoch << 32 | (index + 1);
}

static uint16_t
owner_epoch(uint64_t owner)
{
    return (uint16_t) (owner >> 32);
}

static int
owner_index(uint64_t owner)
{
    uint32_t index = (uint32_t) owner;

    return index == 0 || index > DESK_PROCESS_COUNT ? -1 : (int) index - 1;
}
