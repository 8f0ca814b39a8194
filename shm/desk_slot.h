/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_SLOT_H
#define DESK_SLOT_H

#include <stdint.h>

#include "desk_doorbell.h"
#include "desk_process.h"
#include "desk_ring.h"
#include "desk_segment.h"

/*
 * A call's place in the segment. The nginx worker that holds the socket claims
 * it and names the AI worker; each lets go of it when done, and the last one
 * out frees it. Who is dead is let go of by the supervisor.
 */

typedef enum { DESK_PIPELINE_STAGED,
               DESK_PIPELINE_REALTIME,
               DESK_PIPELINE_ECHO } desk_pipeline_e;

/* One side's handle. */
typedef struct {
    desk_slot_shared_t *shared;
    _Atomic uint64_t   *state;
    uint8_t            *up_data;
    uint8_t            *down_data;
    uint32_t            index;
    uint32_t            generation;
    uint16_t            epoch; /* of this side's ownership */
} desk_slot_t;

/*
 * Claims a free slot for a new stream and assigns the AI worker with fewest
 * calls. Nothing is told to the worker yet: put START and ring. Returns 0,
 * -ENOSPC: no slot or no memory, -ENOENT: no worker is up, -ESTALE: this
 * process was declared dead, -EINVAL: ring sizes.
 */
int desk_slot_claim(desk_segment_t *seg, const desk_process_t *self,
                    const desk_card_t *card, uint32_t up_bytes,
                    uint32_t down_bytes, desk_slot_t *slot);

/*
 * Of an up ring that has more than twice as much, only this is always there:
 * a second of audio. Whole pages, and what desk_ring_stay_near()
 * asks for.
 */
#define DESK_SLOT_NEAR_BYTES 8192
uint32_t desk_slot_near(uint32_t up_bytes);

/*
 * desk_ring_put() for nginx's end of the up ring. It takes memory for what
 * its reader may still want, and gives it back when that is over.
 */
int desk_slot_put_up(desk_segment_t *seg, const desk_slot_t *slot,
                     desk_ring_writer_t *up, desk_record_e type, uint8_t flags,
                     uint32_t stamp, const void *data, uint32_t length);

/* Gives back what is beyond. Nobody else may be at the ring. */
void desk_slot_trim(desk_segment_t *seg, const desk_slot_t *slot);

/* nginx's ends of the rings of a slot it has claimed. */
int desk_slot_ngx_rings(const desk_segment_t *seg, const desk_slot_t *slot,
                        desk_ring_writer_t *up, desk_ring_reader_t *down);

/*
 * An AI worker opens a slot that was assigned to it. Returns 0, or -ENOENT
 * when it is not (any more) this worker's.
 */
int desk_slot_open(desk_segment_t *seg, const desk_process_t *self,
                   uint32_t index, desk_slot_t *slot);

/*
 * The worker's ends. What was read last by an owner before is read again from
 * its replay mark on. `fenced`: that owner may still live.
 */
int desk_slot_ai_rings(const desk_segment_t *seg, const desk_slot_t *slot,
                       desk_ring_reader_t *up, desk_ring_writer_t *down);

/*
 * Whether the worker is not the call's first: it has to go on where another
 * stopped, and to ring nginx even before it says something, since nginx has to
 * step over what the other left.
 */
int desk_slot_is_adopted(const desk_slot_t *slot);

/*
 * Whether workers died of this call, it seems: within half a minute two that
 * were at work for it, or four that held it, whatever they did. It stays so.
 */
#define DESK_SLOT_DEATHS_MAX 2
#define DESK_SLOT_LOSSES_MAX 4
#define DESK_SLOT_DEATHS_MS  30000
int desk_slot_is_deadly(const desk_slot_t *slot);

/* Whether the worker still owns the call: a load and a compare. */
int desk_slot_is_mine(const desk_slot_t *slot, const desk_process_t *self);

/* Whether nginx still holds a stream for it. */
int desk_slot_has_stream(const desk_slot_t *slot);

/* Lets go. After it the handle is void. */
void desk_slot_ngx_release(desk_segment_t *seg, desk_slot_t *slot);
void desk_slot_ai_release(desk_segment_t *seg, desk_slot_t *slot,
                          const desk_process_t *self);

/* The index of the worker that owns the call now, or -1. */
int desk_slot_ai_index(const desk_slot_t *slot);
/* The index of the nginx process that holds its stream, or -1. */
int desk_slot_ngx_index(const desk_slot_t *slot);

uint32_t desk_slot_free_count(const desk_segment_t *seg);

/*
 * Gives away what a buried (and killed, see desk_process_kill()) process held:
 * an AI worker's calls go to others (their ready bits are set and they are
 * rung), an nginx worker's streams are
 * marked closed. Returns the number of slots touched; those for which no
 * worker is up stay with the dead and are counted in `left`.
 */
uint32_t desk_slot_give_away(desk_segment_t *seg, uint32_t dead,
                             desk_doorbell_t *bell, uint32_t *left);

#endif /* DESK_SLOT_H */
