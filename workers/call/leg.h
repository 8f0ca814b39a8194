/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef CALL_LEG_H
#define CALL_LEG_H

#include <stdint.h>

#include "shm/desk_ring.h"
#include "shm/desk_slot.h"

/*
 * The caller's leg: a slot in the segment, audio up and down. What is put is
 * seen by nginx after leg_send(). -ESTALE from any: the call has another owner
 * now, and this one must go without a trace.
 */
typedef struct {
    desk_segment_t       *seg;
    const desk_process_t *self;
    desk_slot_t           slot;
    desk_ring_reader_t    up;
    desk_ring_writer_t    down;
    desk_bells_t         *bells; /* the worker's: whom to ring later */
    unsigned              open:1;
} leg_t;

/* Opens the slot that was assigned to this worker. */
int  leg_open(leg_t *leg, desk_segment_t *seg, const desk_process_t *self,
              uint32_t slot, desk_bells_t *bells);
void leg_close(leg_t *leg);

/* The next record from the caller: 1, 0 when none is there, or -errno. */
int leg_next(leg_t *leg, desk_record_t *record, uint8_t *copy);

/*
 * All that was read is done with; a replacement would hear again from
 * `replay` on (a position of leg_position()).
 */
void     leg_read_done(leg_t *leg, uint64_t replay);
uint64_t leg_position(const leg_t *leg);

/* Once a frame. -EAGAIN: the ring is full, put it again later. */
int leg_put(leg_t *leg, desk_record_e type, const void *data, uint32_t length);
int leg_send(leg_t *leg);

int leg_has_stream(const leg_t *leg);

/* What happens now is for this call: should the worker die, then of it. */
static inline void
leg_take_in_hand(const leg_t *leg)
{
    if (leg->open) {
        desk_process_take_in_hand(leg->self, (int) leg->slot.index);
    }
}

#endif /* CALL_LEG_H */
