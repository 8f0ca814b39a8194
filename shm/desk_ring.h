/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_RING_H
#define DESK_RING_H

#include <stdint.h>

#include "desk_layout.h"
#include "desk_record.h"

/*
 * One producer, one consumer, whole records of bytes, in shared memory.
 *
 * A record is visible when the tail that covers it is stored, so a producer
 * that dies while writing leaves nothing behind. The tail carries the epoch of
 * its producer and is only ever exchanged for the value this producer stored
 * last: one that was frozen, replaced, and wakes again fails there (-ESTALE).
 *
 * There are two kinds. In the one that waits (down) the producer stays behind
 * the consumer's head, and a full ring refuses. In the one that never waits
 * (up) the producer overwrites the oldest records, which therefore stay there
 * to be heard again as long as there is room; the consumer copies and then
 * looks whether what it copied was overwritten meanwhile. That one can also be
 * kept small: see desk_ring_stay_near().
 *
 * Nothing here allocates, waits or makes a system call. What is read from the
 * segment is checked before use: the other side may be damaged or hostile.
 */

typedef enum { DESK_RING_WAITS,
               DESK_RING_OVERWRITES } desk_ring_kind_e;

/*
 * How far past its tail a producer may still be writing when it is replaced:
 * one record, behind others that it has put and not published. A batch that
 * would grow beyond it is published on the way. Whole lines, and room for the
 * longest record.
 */
#define DESK_RING_GUARD 4352

typedef struct {
    desk_ring_shared_t *shared;
    uint8_t            *data;
    uint64_t            size;
    uint64_t            tail;      /* where the next record goes */
    uint64_t            published; /* the word stored last */
    uint64_t            limit;     /* the consumer's head, or own oldest */
    uint64_t            near;      /* see desk_ring_stay_near(); 0: off */
    uint64_t            reach;     /* so much of the ring may be used */
    uint64_t            carried_from; /* what is there once more ... */
    uint64_t            carried_to;   /* ... from here on */
    desk_ring_kind_e    kind;
} desk_ring_writer_t;

typedef struct {
    desk_ring_shared_t *shared;
    const uint8_t      *data;
    uint64_t            size;
    uint64_t            cursor; /* the next record */
    uint64_t            tail;   /* as last seen */
    uint64_t            lost;   /* bytes overwritten before they were read */
    uint64_t            heard;  /* behind the last record that was given */
    desk_ring_kind_e    kind;
} desk_ring_reader_t;

/* Makes a ring that nobody ever used. `bytes`: multiple of 64. */
void desk_ring_reset(desk_ring_shared_t *shared, uint32_t bytes);

/*
 * Makes a ring empty for other users, the first of whose producers will come
 * as `epoch`. Positions and epochs go on and never come back, so that nobody
 * who used the ring before, and wakes up late, is taken for one of them.
 */
void desk_ring_renew(desk_ring_shared_t *shared, uint32_t bytes,
                     uint16_t epoch);

/* The same, and it begins within its first `near` bytes. */
void desk_ring_renew_near(desk_ring_shared_t *shared, uint32_t bytes,
                          uint32_t near, uint16_t epoch);

/*
 * Forgets the bytes of a ring that nobody uses: of two calls in one place the
 * second finds nothing of the first, even when a position is damaged.
 */
void desk_ring_wipe(uint8_t *data, uint32_t bytes);

/*
 * Becomes the producer under `epoch`, which must be newer than the last one
 * (epochs go round, and of two the newer is less than half a round ahead).
 * When the predecessor may still live (`fenced`), what it had published and
 * was not read is dropped, and its last write in progress is stepped over.
 * For one lap, that is: then the same bytes are in use again, so a process
 * must be sent SIGKILL before what it held is given away (a frozen one gets it
 * before it runs again).
 * Returns 0, -ESTALE when the ring has a newer producer, -EBADMSG.
 */
int desk_ring_writer_attach(desk_ring_writer_t *w, desk_ring_shared_t *shared,
                            uint8_t *data, uint32_t room,
                            desk_ring_kind_e kind, uint16_t epoch, int fenced);

/*
 * Puts one record behind the others; it is seen after desk_ring_publish() at
 * the latest. Returns 0, -EAGAIN when full, -EMSGSIZE when it is longer than
 * DESK_RECORD_MAX or half the ring, -ESTALE: this producer was replaced.
 */
int desk_ring_put(desk_ring_writer_t *w, desk_record_e type, uint8_t flags,
                  uint32_t stamp, const void *data, uint32_t length);

/* Shows what was put. Returns 0, or -ESTALE: this producer was replaced. */
int desk_ring_publish(desk_ring_writer_t *w);

/*
 * A ring that overwrites can do with its first `near` bytes while its reader
 * wants little of the past: there the producer turns back to the start, with
 * copies of what lies behind the `replay` mark (DESK_RING_CARRY bytes at
 * most), which readers that have heard it step over. When more is wanted it
 * goes on, as far as `reach`, which its owner moves: desk_slot_put_up().
 */
#define DESK_RING_CARRY 3360
#define DESK_RING_FAR   UINT64_MAX
void desk_ring_stay_near(desk_ring_writer_t *w, uint32_t near);

/* Where the reader may want to begin, or DESK_RING_FAR: long ago. */
uint64_t desk_ring_wanted(const desk_ring_writer_t *w);

/* Whether a record of so many bytes in all goes to the start. */
int desk_ring_turns(const desk_ring_writer_t *w, uint32_t span);

/* Whether it would, but for want of reach. */
int desk_ring_is_short(const desk_ring_writer_t *w, uint32_t length);

/*
 * Whether nobody reads or writes beyond `near` any more. Then the reach ends
 * there, and what lies behind it may be given back.
 */
int desk_ring_narrow(desk_ring_writer_t *w);

/* Bytes that could be put now, heads included; for a ring that waits. */
uint32_t desk_ring_room(desk_ring_writer_t *w);

/* Becomes the consumer; goes on at `from`, or where the last one stopped. */
int desk_ring_reader_attach(desk_ring_reader_t *r, desk_ring_shared_t *shared,
                            const uint8_t *data, uint32_t room,
                            desk_ring_kind_e kind, const uint64_t *from);

/*
 * The next record. In a ring that overwrites, its payload is copied to `copy`
 * (DESK_RECORD_MAX bytes); in one that waits it is left in place until
 * desk_ring_release(). Returns 1, 0 when there is none, -EBADMSG when the
 * ring is damaged: nothing more can be read from it.
 */
int desk_ring_next(desk_ring_reader_t *r, desk_record_t *record,
                   uint8_t *copy);

/*
 * Lets the producer write over what was read. To be called after the last
 * desk_ring_next() of a turn even when that found nothing: it may have gone
 * over what a replaced producer left, and the new one waits for that room.
 */
void desk_ring_release(desk_ring_reader_t *r);

/*
 * A failpoint: tests set it and die in it. Called with the step's number
 * between any two stores of desk_ring_put() and desk_ring_publish(), 1 to 6,
 * of desk_ring_writer_attach(), 7, 8 and 10, and of desk_ring_renew(), 9; slots
 * and doorbells have it too, from 20 and 30 on.
 */
#ifdef DESK_RING_STEPS
extern void (*desk_ring_step)(int step);
#define DESK_RING_STEP(n)             \
    do {                              \
        if (desk_ring_step != NULL) { \
            desk_ring_step(n);        \
        }                             \
    } while (0)
#else
#define DESK_RING_STEP(n) (void) 0
#endif

#endif /* DESK_RING_H */
