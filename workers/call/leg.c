/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "call/leg.h"

int
leg_open(leg_t *leg, desk_segment_t *seg, const desk_process_t *self,
         uint32_t slot, desk_bells_t *bells)
{
    int rc;

    memset(leg, 0, sizeof(*leg));
    leg->seg = seg;
    leg->self = self;
    leg->bells = bells;

    rc = desk_slot_open(seg, self, slot, &leg->slot);
    if (rc < 0) {
        return rc;
    }

    rc = desk_slot_ai_rings(seg, &leg->slot, &leg->up, &leg->down);
    if (rc < 0) {
        desk_slot_ai_release(seg, &leg->slot, self);
        return rc;
    }

    leg->open = 1;

    /* nginx sees the new producer, and makes room that the old one filled. */
    return desk_slot_is_adopted(&leg->slot) ? leg_send(leg) : 0;
}

void
leg_close(leg_t *leg)
{
    if (leg->open) {
        leg->open = 0;
        desk_slot_ai_release(leg->seg, &leg->slot, leg->self);
    }
}

/*
 * Once a frame: no allocation, no locks, no waiting. What comes into a slot
 * that is another call's by now is not ours to hear.
 */
int
leg_next(leg_t *leg, desk_record_t *record, uint8_t *copy)
{
    if (!leg->open || !desk_slot_is_mine(&leg->slot, leg->self)) {
        return -ESTALE;
    }

    return desk_ring_next(&leg->up, record, copy);
}

void
leg_read_done(leg_t *leg, uint64_t replay)
{
    atomic_store_explicit(&leg->slot.shared->up.replay, replay,
                          memory_order_relaxed);
    desk_ring_release(&leg->up);
}

uint64_t
leg_position(const leg_t *leg)
{
    return leg->up.cursor;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
leg_put(leg_t *leg, desk_record_e type, const void *data, uint32_t length)
{
    if (!leg->open) {
        return -ESTALE;
    }

    return desk_ring_put(&leg->down, type, 0, 0, data, length);
}

/* Once a loop turn and call: no allocation, no locks, no waiting. */
int
leg_send(leg_t *leg)
{
    int rc, peer;

    if (!leg->open || !desk_slot_is_mine(&leg->slot, leg->self)) {
        return -ESTALE;
    }

    rc = desk_ring_publish(&leg->down);
    if (rc < 0) {
        return rc;
    }

    peer = desk_slot_ngx_index(&leg->slot);
    if (peer >= 0) {
        desk_ready_set(leg->seg, (uint32_t) peer, leg->slot.index);
        desk_bells_add(leg->bells, (uint32_t) peer);
    }

    return 0;
}

int
leg_has_stream(const leg_t *leg)
{
    return desk_slot_has_stream(&leg->slot);
}
