/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "desk_ring.h"

/*
 * A ring as a hostile or broken other side may leave it, read and written by
 * ours: whatever it says, nothing is touched beyond its bytes, every record
 * has sane bounds, and each turn ends.
 *
 * Input: one byte of choices, the shared words, then operations of nine bytes
 * (what, value), and in what remains the ring's bytes.
 */

#define RING_BYTES 8448U
#define TURNS 64

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes);

static uint64_t
take(const uint8_t **at, size_t *bytes, size_t n)
{
    uint64_t value = 0;

    n = n < *bytes ? n : *bytes;
    memcpy(&value, *at, n);
    *at += n;
    *bytes -= n;

    return value;
}

static void
check(int fact)
{
    if (!fact) {
        abort();
    }
}

static void
read_some(desk_ring_reader_t *r, uint8_t *copy, const uint8_t *data)
{
    int            rc, i;
    desk_record_t  record;
    static uint8_t seen[DESK_RECORD_MAX];

    for (i = 0; i < 2 * (int) RING_BYTES / DESK_RECORD_HEAD; i++) {
        rc = desk_ring_next(r, &record, copy);
        check(rc == 0 || rc == 1 || rc == -EBADMSG);
        if (rc != 1) {
            break;
        }

        check(record.length <= DESK_RECORD_MAX);
        check(record.type > DESK_RECORD_PAD
              && record.type < DESK_RECORD_COUNT);
        check(record.data == copy
              || (record.data > data
                  && record.data + record.length <= data + RING_BYTES));

        memcpy(seen, record.data, record.length);
    }

    desk_ring_release(r);
}

static void
write_some(desk_ring_writer_t *w, uint32_t length)
{
    int            rc;
    static uint8_t payload[DESK_RECORD_MAX + 8];

    rc = desk_ring_put(w, DESK_RECORD_AUDIO, 1, 2, payload,
                       length % sizeof(payload));
    check(rc == 0 || rc == -EAGAIN || rc == -EMSGSIZE || rc == -ESTALE);
    rc = desk_ring_publish(w);
    check(rc == 0 || rc == -ESTALE);
    check(desk_ring_room(w) <= RING_BYTES);
}

static void
damage(desk_ring_shared_t *shared, uint8_t *data, uint64_t what,
       uint64_t value)
{
    switch (what % 8) {
    case 0:
        atomic_store(&shared->tail, value);
        break;
    case 1:
        atomic_store(&shared->base, value);
        break;
    case 2:
        atomic_store(&shared->oldest, value);
        break;
    case 3:
        atomic_store(&shared->head, value);
        break;
    case 4:
        (void) atomic_fetch_add(&shared->tail, value & 0xfff8);
        break;
    case 5:
        atomic_store(&shared->bytes, (uint32_t) value);
        break;
    default:
        memcpy(data + value % (RING_BYTES / 8) * 8, &value, 8);
        break;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes)
{
    int                 has_reader, has_writer, i;
    uint8_t            *data, *copy, choices;
    uint64_t            from, what, value;
    desk_ring_kind_e    kind;
    desk_ring_reader_t  r;
    desk_ring_writer_t  w;
    desk_ring_shared_t *shared;

    shared = aligned_alloc(DESK_LINE, sizeof(*shared));
    data = aligned_alloc(DESK_LINE, RING_BYTES);
    copy = malloc(DESK_RECORD_MAX);
    check(shared != NULL && data != NULL && copy != NULL);
    memset(data, 0, RING_BYTES);
    desk_ring_reset(shared, RING_BYTES);

    choices = (uint8_t) take(&input, &bytes, 1);
    kind = choices & 1 ? DESK_RING_OVERWRITES : DESK_RING_WAITS;

    if (choices & 2) {
        atomic_store(&shared->tail, take(&input, &bytes, 8));
        atomic_store(&shared->base, take(&input, &bytes, 8));
        atomic_store(&shared->oldest, take(&input, &bytes, 8));
        atomic_store(&shared->head, take(&input, &bytes, 8));
    }

    from = choices & 4 ? take(&input, &bytes, 8) : 0;
    if (choices & 8) {
        value = take(&input, &bytes, 2);
        memcpy(data, input, bytes < RING_BYTES ? bytes : RING_BYTES);
        (void) atomic_fetch_add(&shared->tail, value * 8 % RING_BYTES);
    }

    has_writer = desk_ring_writer_attach(&w, shared, data, RING_BYTES, kind,
                                         (uint16_t) (choices | 1),
                                         choices & 16)
                 == 0;
    has_reader = desk_ring_reader_attach(&r, shared, data, RING_BYTES, kind,
                                         choices & 4 ? &from : NULL)
                 == 0;

    for (i = 0; i < TURNS && bytes > 0; i++) {
        what = take(&input, &bytes, 1);
        value = take(&input, &bytes, what & 64 ? 8 : 2);

        if (has_writer && what & 1) {
            write_some(&w, (uint32_t) value);
        }

        if (what & 2) {
            damage(shared, data, what >> 2, value);
        }

        if (has_reader && what & 128) {
            read_some(&r, copy, data);
        }
    }

    if (has_reader) {
        read_some(&r, copy, data);
    }

    if (choices & 32) {
        desk_ring_renew(shared, RING_BYTES, choices);
        check(desk_ring_writer_attach(&w, shared, data, RING_BYTES, kind,
                                      choices, 0)
              == 0);
        check(desk_ring_reader_attach(&r, shared, data, RING_BYTES, kind,
                                      NULL)
              == 0);
        write_some(&w, 160);
        read_some(&r, copy, data);
        check(atomic_load(&shared->head) == w.tail);
    }

    free(copy);
    free(data);
    free(shared);

    return 0;
}
