/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <string.h>

#include "desk_ring.h"
#include "desk_ring_bytes.h"

#define EPOCH_SHIFT 48
#define POSITION_MASK ((UINT64_C(1) << EPOCH_SHIFT) - 1)

/* 140 TB through one ring: beyond it a position is not believed. */
#define POSITION_MAX (POSITION_MASK / 2)

/* Not shown yet: with the next record's head still inside the guard. */
#define BATCH_BYTES (DESK_RING_GUARD - DESK_RECORD_HEAD)

static int ring_announce_base(desk_ring_shared_t *shared, uint16_t epoch,
                              uint64_t position);
static int ring_make_room(desk_ring_writer_t *w, uint32_t span);
static int ring_turn(desk_ring_writer_t *w);
static void ring_carry(desk_ring_writer_t *w, const uint8_t *bytes,
                       uint32_t length);
static int is_heard(const desk_ring_reader_t *r, uint64_t word);
static int ring_drop_oldest(desk_ring_writer_t *w, uint32_t span);
static int ring_follow_tail(desk_ring_reader_t *r);
static int ring_skip_overwritten(desk_ring_reader_t *r, uint64_t oldest);
static int is_position(uint64_t position);
static int is_newer(uint16_t epoch, uint64_t word);

#ifdef DESK_RING_STEPS
void (*desk_ring_step)(int step);
#endif

void
desk_ring_reset(desk_ring_shared_t *shared, uint32_t bytes)
{
    memset(shared, 0, sizeof(*shared));
    atomic_store_explicit(&shared->bytes, bytes, memory_order_release);
}

void
desk_ring_renew(desk_ring_shared_t *shared, uint32_t bytes, uint16_t epoch)
{
    desk_ring_renew_near(shared, bytes, bytes, epoch);
}

void
desk_ring_renew_near(desk_ring_shared_t *shared, uint32_t bytes,
                     uint32_t near, uint16_t epoch)
{
    uint64_t word, next, position;

    word = atomic_load_explicit(&shared->tail, memory_order_acquire);

    do {
        DESK_RING_STEP(9);

        position = word & POSITION_MASK;
        position = (position / DESK_LINE + 1) * DESK_LINE + DESK_RING_GUARD;

        if (position % bytes + DESK_RECORD_HEAD > near) {
            position = (position / bytes + 1) * bytes;
        }

        if (position > POSITION_MAX) {
            position = 0;
        }

        /* That of a producer that came just before `epoch` and put nothing. */
        next = (uint64_t) (uint16_t) (epoch - 1) << EPOCH_SHIFT | position;

        atomic_store_explicit(&shared->base, next, memory_order_relaxed);
        atomic_store_explicit(&shared->oldest, position,
                              memory_order_relaxed);
        atomic_store_explicit(&shared->head, position, memory_order_relaxed);
        atomic_store_explicit(&shared->replay, position,
                              memory_order_relaxed);
        atomic_store_explicit(&shared->bytes, bytes, memory_order_relaxed);

        /*
         * Exchanged, as one that wakes just now might still publish: what it
         * then begins lies behind that, and so must the new position.
         */
    } while (!atomic_compare_exchange_weak_explicit(&shared->tail, &word, next,
                                                    memory_order_acq_rel,
                                                    memory_order_acquire));
}

void
desk_ring_wipe(uint8_t *data, uint32_t bytes)
{
    uint32_t at;

    for (at = 0; at < bytes; at += sizeof(uint64_t)) {
        word_store(data + at, 0);
    }
}

int
desk_ring_writer_attach(desk_ring_writer_t *w, desk_ring_shared_t *shared,
                        uint8_t *data, uint32_t room, desk_ring_kind_e kind,
                        uint16_t epoch, int fenced)
{
    uint32_t bytes;
    uint64_t word, next, position, base;

    bytes = atomic_load_explicit(&shared->bytes, memory_order_acquire);
    if (bytes == 0 || bytes > room || bytes % DESK_LINE) {
        return -EBADMSG;
    }

    word = atomic_load_explicit(&shared->tail, memory_order_acquire);

    do {
        DESK_RING_STEP(7);

        if (!is_newer(epoch, word)) {
            return -ESTALE;
        }

        position = word & POSITION_MASK;
        if (!is_position(position)) {
            return -EBADMSG;
        }

        if (fenced) {
            /* A whole number of lines, so that records stay aligned. */
            position += DESK_RING_GUARD;
            if (ring_announce_base(shared, epoch, position) < 0) {
                return -ESTALE;
            }

            DESK_RING_STEP(8);
        }

        next = (uint64_t) epoch << EPOCH_SHIFT | position;

        /* R3 pairs with A3 in ring_follow_tail(): base is seen with it. */
    } while (!atomic_compare_exchange_weak_explicit(&shared->tail, &word, next,
                                                    memory_order_acq_rel,
                                                    memory_order_acquire));

    DESK_RING_STEP(10);
    memset(w, 0, sizeof(*w));
    w->shared = shared;
    w->data = data;
    w->size = bytes;
    w->reach = bytes;
    w->tail = position;
    w->published = next;
    w->kind = kind;

    if (kind == DESK_RING_WAITS) {
        w->limit = atomic_load_explicit(&shared->head, memory_order_acquire);
        if (w->limit <= position && is_position(w->limit)) {
            return 0;
        }

        /* The reader may be with a successor already. */
        word = atomic_load_explicit(&shared->tail, memory_order_relaxed);
        return word != next ? -ESTALE : -EBADMSG;
    }

    w->limit = atomic_load_explicit(&shared->oldest, memory_order_relaxed);
    base = atomic_load_explicit(&shared->base, memory_order_relaxed)
           & POSITION_MASK;

    /* Before the base: a producer of the call before has stored it late. */
    if (fenced || w->limit < base || w->limit > position
        || position - w->limit > w->size || !is_position(w->limit))
    {
        w->limit = position;
        atomic_store_explicit(&shared->oldest, position,
                              memory_order_release);
    }

    return 0;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
desk_ring_put(desk_ring_writer_t *w, desk_record_e type, uint8_t flags,
              uint32_t stamp, const void *data, uint32_t length)
{
    int      rc;
    uint32_t span, to_end;
    uint64_t at;

    span = desk_record_span(length);

    /* In half a ring there is room for it wherever the last one ended. */
    if (length > DESK_RECORD_MAX || span > w->size / 2) {
        return -EMSGSIZE;
    }

    /*
     * Relaxed, and only to stop early: desk_ring_publish() decides. One that
     * was replaced in the middle of a record ends that record, no more, and
     * for so much its successor has left room.
     */
    if (atomic_load_explicit(&w->shared->tail, memory_order_relaxed)
        != w->published)
    {
        return -ESTALE;
    }

    if (desk_ring_turns(w, span)) {
        rc = ring_turn(w);
        if (rc < 0) {
            return rc;
        }
    }

    at = w->tail % w->size;
    to_end = (uint32_t) (w->size - at);

    rc = ring_make_room(w, span <= to_end ? span : to_end + span);
    if (rc < 0) {
        return rc;
    }

    if (span > to_end) {
        /* Payloads are contiguous: what is left here stays empty. */
        DESK_RING_STEP(1);
        word_store(w->data + at, desk_record_word(DESK_RECORD_PAD, 0, 0, 0));
        w->tail += to_end;
        at = 0;
    }

    if (w->tail + span - (w->published & POSITION_MASK) > BATCH_BYTES) {
        rc = desk_ring_publish(w);
        if (rc < 0) {
            return rc;
        }
    }

    DESK_RING_STEP(2);
    word_store(w->data + at, desk_record_word(type, flags, stamp,
                                              (uint16_t) length));
    DESK_RING_STEP(3);
    bytes_store(w->data + at + DESK_RECORD_HEAD, data, length);
    DESK_RING_STEP(4);
    w->tail += span;

    return 0;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
desk_ring_publish(desk_ring_writer_t *w)
{
    uint64_t word, next;

    word = w->published;
    next = (word & ~POSITION_MASK) | (w->tail & POSITION_MASK);

    if (next == word) {
        return 0;
    }

    DESK_RING_STEP(5);

    /* R2 pairs with A2 in ring_follow_tail(): a record seen is whole. */
    if (!atomic_compare_exchange_strong_explicit(&w->shared->tail, &word, next,
                                                 memory_order_acq_rel,
                                                 memory_order_relaxed))
    {
        return -ESTALE;
    }

    DESK_RING_STEP(6);
    w->published = next;

    return 0;
}

uint32_t
desk_ring_room(desk_ring_writer_t *w)
{
    uint64_t head;

    /* A1 pairs with R1 in desk_ring_release(): free space has been read. */
    head = atomic_load_explicit(&w->shared->head, memory_order_acquire);

    /* It only grows; else a reader of old, or one that lies, has stored it. */
    if (head > w->limit && head <= w->tail) {
        w->limit = head;
    }

    /* More than a ring behind: the reader has yet to see where we began. */
    if (w->tail - w->limit >= w->size) {
        return 0;
    }

    return (uint32_t) (w->size - (w->tail - w->limit));
}

int
desk_ring_reader_attach(desk_ring_reader_t *r, desk_ring_shared_t *shared,
                        const uint8_t *data, uint32_t room,
                        desk_ring_kind_e kind, const uint64_t *from)
{
    uint32_t bytes;
    uint64_t word;

    bytes = atomic_load_explicit(&shared->bytes, memory_order_acquire);
    if (bytes == 0 || bytes > room || bytes % DESK_LINE) {
        return -EBADMSG;
    }

    memset(r, 0, sizeof(*r));
    r->shared = shared;
    r->data = data;
    r->size = bytes;
    r->kind = kind;

    if (from != NULL) {
        r->cursor = *from;
    } else {
        r->cursor = atomic_load_explicit(&shared->head, memory_order_relaxed);
    }

    word = atomic_load_explicit(&shared->tail, memory_order_acquire);
    r->tail = r->cursor;
    r->heard = r->cursor;

    if (!is_position(r->cursor) || r->cursor > (word & POSITION_MASK)) {
        return -EBADMSG;
    }

    return 0;
}

/* Once a frame: no allocation, no locks, no waiting. */
int
desk_ring_next(desk_ring_reader_t *r, desk_record_t *record, uint8_t *copy)
{
    int            rc;
    uint32_t       span, length;
    uint64_t       at, word, oldest;
    desk_record_e  type;
    const uint8_t *data;

    for (;;) {
        rc = ring_follow_tail(r);
        if (rc <= 0) {
            return rc;
        }

        at = r->cursor % r->size;
        word = word_load(r->data + at);

        length = word & 0xffff;
        type = (desk_record_e) (word >> 16 & 0xff & ~DESK_RECORD_AGAIN);
        span = desk_record_span(length);

        if (type == DESK_RECORD_PAD) {
            span = (uint32_t) (r->size - at);
            length = 0;
        }

        data = r->data + at + DESK_RECORD_HEAD;

        if (r->kind == DESK_RING_OVERWRITES) {
            if (length <= DESK_RECORD_MAX && at + span <= r->size) {
                bytes_load(copy, data, length);
                data = copy;
            }

            /* F2 pairs with F1 in ring_drop_oldest(). */
            atomic_thread_fence(memory_order_acquire);
            oldest = atomic_load_explicit(&r->shared->oldest,
                                          memory_order_relaxed);
            if (oldest > r->cursor) {
                rc = ring_skip_overwritten(r, oldest);
                if (rc < 0) {
                    return rc;
                }

                continue;
            }
        }

        if (length > DESK_RECORD_MAX || type >= DESK_RECORD_COUNT
            || at + span > r->size || span > r->tail - r->cursor)
        {
            return -EBADMSG;
        }

        if (type == DESK_RECORD_PAD || is_heard(r, word)) {
            r->cursor += span;
            continue;
        }

        r->cursor += span;
        r->heard = r->cursor;

        record->type = type;
        record->flags = (uint8_t) (word >> 24);
        record->length = (uint16_t) length;
        record->stamp = (uint32_t) (word >> 32);
        record->data = data;

        return 1;
    }
}

void
desk_ring_release(desk_ring_reader_t *r)
{
    /* R1 pairs with A1 in desk_ring_room() and ring_make_room(). */
    atomic_store_explicit(&r->shared->head, r->cursor, memory_order_release);
}

static int
ring_make_room(desk_ring_writer_t *w, uint32_t span)
{
    if (span > w->size) {
        return -EMSGSIZE;
    }

    if (w->tail + span - w->limit <= w->size) {
        return 0;
    }

    if (w->kind == DESK_RING_OVERWRITES) {
        return ring_drop_oldest(w, span);
    }

    return desk_ring_room(w) >= span ? 0 : -EAGAIN;
}

/*
 * Walks over the oldest records until there is room. Their heads are read
 * from the segment; if one makes no sense the whole past is given up.
 */
static int
ring_drop_oldest(desk_ring_writer_t *w, uint32_t span)
{
    uint32_t step;
    uint64_t at, word;

    while (w->tail + span - w->limit > w->size) {
        at = w->limit % w->size;
        word = word_load(w->data + at);

        if ((word >> 16 & 0xff) == DESK_RECORD_PAD) {
            step = (uint32_t) (w->size - at);
        } else {
            step = desk_record_span((uint32_t) (word & 0xffff));
        }

        if (step > w->tail - w->limit) {
            w->limit = w->tail;
            break;
        }

        w->limit += step;
    }

    if (w->limit > w->carried_from && w->limit < w->carried_to) {
        /* There are copies of these: who is to hear them hears those. */
        w->limit = w->carried_to;
    }

    atomic_store_explicit(&w->shared->oldest, w->limit, memory_order_relaxed);

    /*
     * F1 pairs with F2 in desk_ring_next(): keeps the store of `oldest`
     * before the stores over the bytes it gave up, so that a reader who sees
     * one of these also sees that.
     */
    atomic_thread_fence(memory_order_release);

    return 0;
}

/*
 * On to the ring's start before its end is reached. What a reader may want
 * once more goes along as copies, since the records themselves may have been
 * written over when it does.
 */
static int
ring_turn(desk_ring_writer_t *w)
{
    int      rc;
    uint8_t  bytes[DESK_RING_CARRY];
    uint32_t length = 0, to_end;
    uint64_t at = w->tail % w->size;

    to_end = (uint32_t) (w->size - at);
    w->carried_from = desk_ring_wanted(w);

    if (w->carried_from != DESK_RING_FAR) {
        length = (uint32_t) (w->tail - w->carried_from);
        bytes_load(bytes, w->data + at - length, length);
    }

    rc = ring_make_room(w, to_end);
    if (rc < 0) {
        return rc;
    }

    word_store(w->data + at, desk_record_word(DESK_RECORD_PAD, 0, 0, 0));
    w->tail += to_end;
    w->carried_to = w->tail;

    /* So far has the lap no records, and a successor's guard is short. */
    rc = desk_ring_publish(w);
    if (rc < 0) {
        return rc;
    }

    ring_carry(w, bytes, length);

    return 0;
}

/*
 * A copy is a record whose stamp is how far behind it the first one is. They
 * are published together with what comes next: no reader stops between them.
 */
static void
ring_carry(desk_ring_writer_t *w, const uint8_t *bytes, uint32_t length)
{
    uint32_t done, span;
    uint64_t word, at, from = w->carried_from;

    for (done = 0; done < length; done += span, from += span) {
        word = word_load(bytes + done);
        span = desk_record_span((uint32_t) (word & 0xffff));

        /* Damaged meanwhile. */
        if (span > length - done || ring_make_room(w, span) < 0) {
            return;
        }

        at = w->tail % w->size;
        word = (word & UINT32_MAX) | (uint64_t) DESK_RECORD_AGAIN << 16
               | (w->tail - from) << 32;
        word_store(w->data + at, word);
        bytes_store(w->data + at + DESK_RECORD_HEAD,
                    bytes + done + DESK_RECORD_HEAD, span - DESK_RECORD_HEAD);
        w->tail += span;
    }
}

/*
 * Of a copy, whether the reader has heard the first one, or stopped before
 * among the copies.
 */
static int
is_heard(const desk_ring_reader_t *r, uint64_t word)
{
    uint64_t point = r->cursor, lap = point - point % r->size;

    if ((word >> 16 & DESK_RECORD_AGAIN) == 0) {
        return 0;
    }

    if (r->heard <= lap) {
        point -= word >> 32 < point ? word >> 32 : point;
    }

    return point < r->heard;
}

/* Returns 1 when there is something to read at the cursor. */
static int
ring_follow_tail(desk_ring_reader_t *r)
{
    uint64_t word, base, tail, oldest;

    if (r->cursor < r->tail) {
        return 1;
    }

    /* A2 and A3 pair with R2 and R3 of the producer. */
    word = atomic_load_explicit(&r->shared->tail, memory_order_acquire);
    base = atomic_load_explicit(&r->shared->base, memory_order_relaxed);
    tail = word & POSITION_MASK;

    if (is_newer((uint16_t) (base >> EPOCH_SHIFT), word)) {
        /* The next producer is just taking over: its tail is not here yet. */
        return 0;
    }

    base &= POSITION_MASK;

    if (tail < r->cursor || tail < base || !is_position(base)
        || !is_position(tail))
    {
        return -EBADMSG;
    }

    if (r->cursor < base) {
        r->cursor = base;
    }

    if (r->kind == DESK_RING_OVERWRITES) {
        /* At most a ring lies before the tail, unless one of them is false. */
        oldest = atomic_load_explicit(&r->shared->oldest,
                                      memory_order_relaxed);
        if (tail > oldest && tail > base && tail - oldest > r->size
            && tail - base > r->size)
        {
            return -EBADMSG;
        }

    } else if (tail - r->cursor > r->size) {
        return -EBADMSG;
    }

    r->tail = tail;

    return r->cursor < tail;
}

static int
ring_skip_overwritten(desk_ring_reader_t *r, uint64_t oldest)
{
    uint64_t tail;

    tail = atomic_load_explicit(&r->shared->tail, memory_order_acquire)
           & POSITION_MASK;

    if (oldest > tail) {
        oldest = tail;
    }

    if (oldest < r->cursor || !is_position(oldest)) {
        return -EBADMSG;
    }

    r->lost += oldest - r->cursor;
    r->cursor = oldest;
    r->tail = oldest;

    return 0;
}

/*
 * Says where records of this epoch will begin, before the tail says that they
 * do. An older epoch never takes the word of a newer one: its tail will not
 * get through either.
 */
static int
ring_announce_base(desk_ring_shared_t *shared, uint16_t epoch,
                   uint64_t position)
{
    uint64_t word, next;

    next = (uint64_t) epoch << EPOCH_SHIFT | position;
    word = atomic_load_explicit(&shared->base, memory_order_relaxed);

    do {
        if (word >> EPOCH_SHIFT != epoch && !is_newer(epoch, word)) {
            return -ESTALE;
        }

    } while (!atomic_compare_exchange_weak_explicit(&shared->base, &word, next,
                                                    memory_order_relaxed,
                                                    memory_order_relaxed));

    return 0;
}

/* Whether a record can begin there: everything in a ring is whole words. */
static int
is_position(uint64_t position)
{
    return position % sizeof(uint64_t) == 0 && position <= POSITION_MAX;
}

/* Epochs go round: of two, the newer is less than half a round ahead. */
static int
is_newer(uint16_t epoch, uint64_t word)
{
    return (int16_t) (uint16_t) (epoch - (uint16_t) (word >> EPOCH_SHIFT)) > 0;
}
