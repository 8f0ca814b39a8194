/* SPDX-License-Identifier: BSD-2-Clause */

#include <pthread.h>

#include "desk_fixture.h"
#include "desk_ring.h"

/* To be built with -DDESK_RING_STEPS. */

/* Not a power of two: ends are met at every offset. */
#define RING_BYTES 9024U
#define STEPS      6
#define RECORDS    (1000000 / FIXTURE_SLOW)

typedef struct {
    desk_ring_shared_t *shared;
    uint8_t            *data; /* its own allocation: ASan sees both ends */
    desk_ring_writer_t  w;
    desk_ring_reader_t  r;
    desk_ring_kind_e    kind;
    uint32_t            bytes;
    uint8_t             copy[DESK_RECORD_MAX];
} ring_t;

static ring_t *in_step; /* whom the failpoint is about */
static int     step_wanted, step_after;


static int
ring_writer(desk_ring_writer_t *w, ring_t *ring, uint32_t epoch, int fenced)
{
    return desk_ring_writer_attach(w, ring->shared, ring->data, ring->bytes,
                                   ring->kind, (uint16_t) epoch, fenced);
}

static int
ring_reader(desk_ring_reader_t *r, ring_t *ring, const uint64_t *from)
{
    return desk_ring_reader_attach(r, ring->shared, ring->data, ring->bytes,
                                   ring->kind, from);
}

static void
ring_open(ring_t *ring, desk_ring_kind_e kind, uint32_t bytes)
{
    memset(ring, 0, sizeof(*ring));
    ring->kind = kind;
    ring->bytes = bytes;
    ring->shared = aligned_alloc(DESK_LINE, sizeof(*ring->shared));
    ring->data = aligned_alloc(DESK_LINE, bytes);
    assert_non_null(ring->shared);
    assert_non_null(ring->data);
    memset(ring->data, 0xa5, bytes);

    desk_ring_reset(ring->shared, bytes);
    assert_int_equal(ring_writer(&ring->w, ring, 1, 0), 0);
    assert_int_equal(ring_reader(&ring->r, ring, NULL), 0);
}

/* One that other processes see: nobody is attached to it yet. */
static void
ring_share(ring_t *ring, desk_segment_t *seg, desk_ring_kind_e kind)
{
    fixture_segment(seg, "ring", 1, 16384, 16384);
    memset(ring, 0, sizeof(*ring));
    ring->kind = kind;
    ring->bytes = 16384;
    ring->shared = &seg->slots[0].down;
    ring->data = seg->rings;
    desk_ring_reset(ring->shared, ring->bytes);
}

static void
ring_close(ring_t *ring)
{
    free(ring->shared);
    free(ring->data);
}

/* A record whose every byte follows from its number and length. */
static uint32_t
record_make(uint8_t *to, uint32_t number, uint32_t length)
{
    uint32_t i;

    for (i = 0; i < length; i++) {
        to[i] = (uint8_t) (number * 31 + i * 7 + (i >> 8) + length);
    }

    return length;
}

static int
record_is(const desk_record_t *record, uint32_t number)
{
    uint8_t want[DESK_RECORD_MAX];

    (void) record_make(want, number, record->length);

    return record->stamp == number && record->type == DESK_RECORD_AUDIO
           && record->flags == (number & 0xff)
           && memcmp(record->data, want, record->length) == 0;
}

static int
put(desk_ring_writer_t *w, uint32_t number, uint32_t length)
{
    uint8_t bytes[DESK_RECORD_MAX];

    (void) record_make(bytes, number, length);

    return desk_ring_put(w, DESK_RECORD_AUDIO, (uint8_t) number, number,
                         bytes, length);
}

static void
send_one(desk_ring_writer_t *w, uint32_t number, uint32_t length)
{
    assert_int_equal(put(w, number, length), 0);
    assert_int_equal(desk_ring_publish(w), 0);
}

static void
expect(ring_t *ring, uint32_t number, uint32_t length)
{
    desk_record_t record;

    assert_int_equal(desk_ring_next(&ring->r, &record, ring->copy), 1);
    assert_int_equal(record.stamp, number);
    assert_int_equal(record.length, length);
    assert_true(record_is(&record, number));
}

static void
expect_nothing(ring_t *ring)
{
    desk_record_t record;

    assert_int_equal(desk_ring_next(&ring->r, &record, ring->copy), 0);
    desk_ring_release(&ring->r);
}

static void
pass_one(ring_t *ring, uint32_t number, uint32_t length)
{
    send_one(&ring->w, number, length);
    expect(ring, number, length);
    expect_nothing(ring);
}

static uint32_t
length_of(uint32_t number)
{
    /* Frames, and among them all kinds of others. */
    return number % 3 == 0 ? number * 2654435761U >> 23 : 160;
}


static void
an_empty_ring_has_nothing(void **state)
{
    ring_t ring;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);
    expect_nothing(&ring);
    assert_int_equal(desk_ring_room(&ring.w), RING_BYTES);
    assert_int_equal(desk_ring_publish(&ring.w), 0);
    expect_nothing(&ring);
    ring_close(&ring);
}

static void
a_full_ring_refuses(void **state)
{
    int      rc;
    ring_t   ring;
    uint32_t i, n;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);

    for (n = 0; (rc = put(&ring.w, n, 160)) == 0; n++) {
        assert_true(n < RING_BYTES);
    }

    assert_int_equal(rc, -EAGAIN);
    assert_int_equal(n, RING_BYTES / 168);
    assert_int_equal(desk_ring_publish(&ring.w), 0);
    assert_true(desk_ring_room(&ring.w) < 168);

    /* Read, but not released: still no room. */
    expect(&ring, 0, 160);
    assert_int_equal(put(&ring.w, n, 160), -EAGAIN);

    for (i = 1; i < n; i++) {
        expect(&ring, i, 160);
    }

    expect_nothing(&ring);
    assert_int_equal(desk_ring_room(&ring.w), RING_BYTES);
    send_one(&ring.w, n, 160);
    expect(&ring, n, 160);
    ring_close(&ring);
}

/* Each length at many offsets, and lengths one after another at each. */
static void
records_of_every_length_wrap_whole(void **state)
{
    ring_t   ring;
    uint32_t kind, length, number = 0;

    (void) state;

    for (kind = DESK_RING_WAITS; kind <= DESK_RING_OVERWRITES; kind++) {
        ring_open(&ring, (desk_ring_kind_e) kind, RING_BYTES);

        for (length = 0; length <= DESK_RECORD_MAX; length++) {
            send_one(&ring.w, number, length);
            send_one(&ring.w, number + 1, number % 333);
            expect(&ring, number, length);
            expect(&ring, number + 1, number % 333);
            expect_nothing(&ring);
            number += 2;
        }

        ring_close(&ring);
    }
}

static void
each_offset_is_an_end_for_each_length(void **state)
{
    ring_t   ring;
    uint32_t lap, length, number = 0;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, 256);

    for (length = 0; length <= 256 / 2 - 8; length++) {
        for (lap = 0; lap < 70; lap++) {
            send_one(&ring.w, number, length);
            expect(&ring, number++, length);
            expect_nothing(&ring);
        }

        send_one(&ring.w, number, 0);
        expect(&ring, number++, 0);
        expect_nothing(&ring);
    }

    ring_close(&ring);
}

static void
what_does_not_fit_before_the_end_goes_to_the_start(void **state)
{
    ring_t        ring;
    desk_record_t record;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);
    send_one(&ring.w, 0, 4000);
    send_one(&ring.w, 1, 4000);
    expect(&ring, 0, 4000);
    desk_ring_release(&ring.r);
    send_one(&ring.w, 2, 1008);
    expect(&ring, 1, 4000);

    assert_int_equal(desk_ring_next(&ring.r, &record, ring.copy), 1);
    assert_true(record_is(&record, 2));
    assert_ptr_equal(record.data, ring.data + DESK_RECORD_HEAD);
    ring_close(&ring);
}

/* Or it would depend on where the last one ended whether it is taken. */
static void
a_record_longer_than_half_the_ring_is_never_taken(void **state)
{
    ring_t   ring;
    uint32_t i;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, 4096);

    for (i = 0; i < 100; i++) {
        assert_int_equal(put(&ring.w, i, 4096 / 2 - 8 + 1), -EMSGSIZE);
        pass_one(&ring, i, 4096 / 2 - 8);
        pass_one(&ring, i, 40);
    }

    assert_int_equal(desk_ring_put(&ring.w, DESK_RECORD_AUDIO, 0, 0, "",
                                   DESK_RECORD_MAX + 1),
                     -EMSGSIZE);
    assert_int_equal(desk_ring_put(&ring.w, DESK_RECORD_AUDIO, 0, 0, "",
                                   UINT32_MAX),
                     -EMSGSIZE);
    ring_close(&ring);
}

static void
a_batch_is_seen_when_it_is_published(void **state)
{
    ring_t   ring;
    uint32_t i;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);

    for (i = 0; i < 10; i++) {
        assert_int_equal(put(&ring.w, i, 160), 0);
        expect_nothing(&ring);
    }

    assert_int_equal(desk_ring_publish(&ring.w), 0);

    for (i = 0; i < 10; i++) {
        expect(&ring, i, 160);
    }

    expect_nothing(&ring);
    ring_close(&ring);
}

/* A successor steps over one guard: nothing may be in work beyond it. */
static void
a_long_batch_is_published_on_the_way(void **state)
{
    ring_t   ring;
    uint32_t i, n;
    uint64_t shown;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, 64 * 1024);

    for (i = 0; i < 300; i++) {
        n = i * 61 % 400;
        assert_int_equal(put(&ring.w, i, n), 0);
        shown = atomic_load(&ring.shared->tail) & 0xffffffffffffULL;
        assert_true(ring.w.tail - shown <= DESK_RING_GUARD);
    }

    assert_int_equal(desk_ring_publish(&ring.w), 0);

    for (i = 0; i < 300; i++) {
        expect(&ring, i, i * 61 % 400);
    }

    ring_close(&ring);
}

static void
an_overwriting_ring_keeps_what_it_has_room_for(void **state)
{
    ring_t   ring;
    uint32_t i, n = 1000;
    uint64_t from;

    (void) state;
    ring_open(&ring, DESK_RING_OVERWRITES, RING_BYTES);

    for (i = 0; i < n; i++) {
        send_one(&ring.w, i, 160);
        expect(&ring, i, 160);
        desk_ring_release(&ring.r);
    }

    /* All has been read, and most of a lap is there all the same. */
    from = atomic_load(&ring.shared->oldest);
    assert_int_equal(ring_reader(&ring.r, &ring, &from), 0);

    /* All that ever fits. */
    for (i = n - RING_BYTES / 168; i < n; i++) {
        expect(&ring, i, 160);
    }

    expect_nothing(&ring);
    assert_int_equal(ring.r.lost, 0);
    ring_close(&ring);
}

static void
a_replacement_hears_again_from_the_mark_on(void **state)
{
    ring_t   ring;
    uint32_t i;
    uint64_t from;

    (void) state;
    ring_open(&ring, DESK_RING_OVERWRITES, RING_BYTES);

    for (i = 0; i < 60; i++) {
        send_one(&ring.w, i, 160);
        expect(&ring, i, 160);
        desk_ring_release(&ring.r);

        if (i == 40) {
            atomic_store(&ring.shared->replay, ring.r.cursor);
        }
    }

    from = atomic_load(&ring.shared->replay);
    assert_int_equal(ring_reader(&ring.r, &ring, &from), 0);

    for (i = 41; i < 60; i++) {
        expect(&ring, i, 160);
    }

    expect_nothing(&ring);

    /* So long ago that it is gone: from the oldest on. */
    for (; i < 1000; i++) {
        send_one(&ring.w, i, 160);
    }

    assert_int_equal(ring_reader(&ring.r, &ring, &from), 0);
    expect(&ring, 1000 - RING_BYTES / 168, 160);
    assert_int_equal(ring.r.lost, atomic_load(&ring.shared->oldest) - from);
    ring_close(&ring);
}

static void
a_lapped_reader_jumps_and_counts(void **state)
{
    ring_t        ring;
    uint32_t      i, next, seen = 0;
    uint64_t      bytes = 0;
    desk_record_t record;

    (void) state;
    ring_open(&ring, DESK_RING_OVERWRITES, RING_BYTES);

    for (i = 0; i < 10; i++) {
        send_one(&ring.w, i, 160);
    }

    expect(&ring, 0, 160);

    /* The reader believes in a tail that has long been written over. */
    for (; i < 500; i++) {
        send_one(&ring.w, i, 160);
    }

    for (next = 0; desk_ring_next(&ring.r, &record, ring.copy) == 1; seen++) {
        assert_true(record_is(&record, record.stamp));
        assert_true(next == 0 || record.stamp == next);
        next = record.stamp + 1;
        bytes += 168;
    }

    assert_int_equal(next, 500);
    assert_true(seen > 0 && seen < 60);
    assert_true(ring.r.lost > 0);
    assert_in_range(ring.r.lost + bytes + 168, 500 * 168,
                    500 * 168 + 168 * 10);
    ring_close(&ring);
}


/* ---- two at once ---- */

typedef struct {
    ring_t  *ring;
    uint32_t count;
} producer_t;

static void
produce(desk_ring_writer_t *w, uint32_t count, int pace)
{
    int      rc;
    uint32_t i;

    for (i = 0; i < count; i++) {
        do {
            rc = put(w, i, length_of(i));
            if (rc == -EAGAIN) {
                CHILD_ASSERT(desk_ring_publish(w) == 0);
                (void) sched_yield();
            }
        } while (rc == -EAGAIN);

        CHILD_ASSERT(rc == 0);

        if (i % 4 == 3) {
            CHILD_ASSERT(desk_ring_publish(w) == 0);
        }

        /* So that a reader has a chance, if only one core is free. */
        if (pace && i % 64 == 0) {
            (void) sched_yield();
        }
    }

    CHILD_ASSERT(desk_ring_publish(w) == 0);
}

static void *
producer_run(void *data)
{
    producer_t *producer = data;

    produce(&producer->ring->w, producer->count,
            producer->ring->kind == DESK_RING_OVERWRITES);

    return NULL;
}

/* Reads up to the last of `count` records; all in order, none twice. */
static void
consume(ring_t *ring, uint32_t count)
{
    int           rc;
    uint32_t      next = 0, idle = 0, seen = 0;
    desk_record_t record;

    while (next < count) {
        rc = desk_ring_next(&ring->r, &record, ring->copy);
        assert_in_range(rc + 1, 1, 2);

        if (rc == 0) {
            desk_ring_release(&ring->r);
            (void) sched_yield();
            assert_true(++idle < 100000000);
            continue;
        }

        if (record.length != length_of(record.stamp)
            || !record_is(&record, record.stamp) || record.stamp < next
            || (ring->kind == DESK_RING_WAITS && record.stamp != next))
        {
            fail_msg("record %u, %u bytes, where %u was due", record.stamp,
                     record.length, next);
        }

        next = record.stamp + 1;
        seen++;

        if (seen % 8 == 0) {
            desk_ring_release(&ring->r);
        }
    }

    if (ring->kind == DESK_RING_WAITS) {
        assert_int_equal(seen, count);
    } else {
        assert_true((seen < count) == (ring->r.lost > 0));
    }
}

static void
between_threads(desk_ring_kind_e kind)
{
    ring_t     ring;
    pthread_t  thread;
    producer_t producer;

    ring_open(&ring, kind, RING_BYTES);
    producer.ring = &ring;
    producer.count = RECORDS / 5;
    assert_int_equal(pthread_create(&thread, NULL, producer_run, &producer),
                     0);
    consume(&ring, producer.count);
    assert_int_equal(pthread_join(thread, NULL), 0);
    ring_close(&ring);
}

static void
threads_agree_on_a_ring_that_waits(void **state)
{
    (void) state;
    between_threads(DESK_RING_WAITS);
}

static void
threads_agree_on_a_ring_that_overwrites(void **state)
{
    (void) state;
    between_threads(DESK_RING_OVERWRITES);
}

/* Over a real segment, each process with a mapping of its own. */
static void
between_processes(desk_ring_kind_e kind)
{
    pid_t                  pid;
    ring_t                 ring;
    desk_segment_t         seg, other;
    desk_segment_options_t options = fixture_options("ring");
    char                   error[256] = "";

    memset(&ring, 0, sizeof(ring));
    options.up_bytes = options.down_bytes = 16384;
    assert_int_equal(desk_segment_attach(&seg, &options, error,
                                         sizeof(error)),
                     0);
    ring.kind = kind;
    ring.bytes = options.down_bytes;
    ring.shared = &seg.slots[0].down;
    ring.data = seg.rings;
    desk_ring_reset(ring.shared, ring.bytes);

    pid = fixture_fork();
    if (pid == 0) {
        CHILD_ASSERT(desk_segment_attach(&other, &options, error,
                                         sizeof(error))
                     == 0);
        CHILD_ASSERT(other.header != seg.header);
        CHILD_ASSERT(desk_ring_writer_attach(&ring.w, &other.slots[0].down,
                                             other.rings, 16384, kind, 1, 0)
                     == 0);
        produce(&ring.w, RECORDS, kind == DESK_RING_OVERWRITES);
        _exit(0);
    }

    assert_int_equal(ring_reader(&ring.r, &ring, NULL), 0);
    consume(&ring, RECORDS);
    fixture_expect_exit(pid, 0);
    assert_int_equal(desk_segment_unlink(options.name), 0);
    desk_segment_detach(&seg);
}

static void
processes_agree_on_a_ring_that_waits(void **state)
{
    (void) state;
    between_processes(DESK_RING_WAITS);
}

static void
processes_agree_on_a_ring_that_overwrites(void **state)
{
    (void) state;
    between_processes(DESK_RING_OVERWRITES);
}


/* ---- producers that die ---- */

static void
die_in_step(int step)
{
    if (step == step_wanted && step_after-- == 0) {
        (void) kill(getpid(), SIGKILL);
    }
}

/*
 * A producer is killed in one step after so many records; the reader sees
 * whole ones, in order, and nothing after; the next producer goes on.
 */
static void
kill_and_go_on(desk_ring_kind_e kind, int step, int after, int fenced)
{
    int            rc;
    pid_t          pid;
    ring_t         ring;
    uint32_t       i, next = 0;
    desk_record_t  record;
    desk_segment_t seg;

    ring_share(&ring, &seg, kind);

    /* Somewhere near the end, so that the wrap falls into it. */
    assert_int_equal(ring_writer(&ring.w, &ring, 1, 0), 0);
    assert_int_equal(ring_reader(&ring.r, &ring, NULL), 0);
    for (i = 0; i < 4; i++) {
        pass_one(&ring, i, 3900);
    }

    pid = fixture_fork();
    if (pid == 0) {
        desk_ring_step = die_in_step;
        step_wanted = step;
        step_after = after;
        CHILD_ASSERT(ring_writer(&ring.w, &ring, 2, 0) == 0);
        for (i = 0; i < 100; i++) {
            CHILD_ASSERT(put(&ring.w, 1000 + i, length_of(i)) == 0);
            CHILD_ASSERT(desk_ring_publish(&ring.w) == 0);
        }
        _exit(0);
    }

    fixture_expect_killed(pid);

    while ((rc = desk_ring_next(&ring.r, &record, ring.copy)) == 1) {
        assert_int_equal(record.stamp, 1000 + next);
        assert_int_equal(record.length, length_of(next));
        assert_true(record_is(&record, record.stamp));
        next++;
    }

    assert_int_equal(rc, 0);
    desk_ring_release(&ring.r);

    /* Only step 1 counts wraps, all others count records. */
    if (step != 1) {
        assert_int_equal(next, after + (step == 6));
    }

    assert_int_equal(ring_writer(&ring.w, &ring, 3, fenced), 0);
    for (i = 0; i < 200; i++) {
        pass_one(&ring, i, length_of(i));
    }

    desk_segment_detach(&seg);
}

static void
a_producer_killed_in_any_step_leaves_whole_records(void **state)
{
    int step, after;

    (void) state;

    for (step = 1; step <= STEPS; step++) {
        for (after = 0; after < (step == 1 ? 1 : 8); after++) {
            kill_and_go_on(DESK_RING_WAITS, step, after, after % 2);
            kill_and_go_on(DESK_RING_OVERWRITES, step, after, after % 2);
        }
    }
}

/* Killed between any two stores of taking over: the next one takes over. */
static void
a_successor_killed_while_taking_over_is_succeeded(void **state)
{
    int            step;
    pid_t          pid;
    ring_t         ring;
    uint32_t       i;
    desk_segment_t seg;

    (void) state;

    for (step = 7; step <= 8; step++) {
        ring_share(&ring, &seg, DESK_RING_WAITS);
        assert_int_equal(ring_reader(&ring.r, &ring, NULL), 0);
        assert_int_equal(ring_writer(&ring.w, &ring, 1, 0), 0);
        pass_one(&ring, 0, 160);
        send_one(&ring.w, 1, 160);

        pid = fixture_fork();
        if (pid == 0) {
            desk_ring_step = die_in_step;
            step_wanted = step;
            step_after = 0;
            (void) ring_writer(&ring.w, &ring, 2, 1);
            _exit(0);
        }

        fixture_expect_killed(pid);

        /* What was said before may be heard or not, but nothing else. */
        if (step == 7) {
            expect(&ring, 1, 160);
        }
        expect_nothing(&ring);

        assert_int_equal(ring_writer(&ring.w, &ring, 3, 1), 0);
        for (i = 0; i < 200; i++) {
            pass_one(&ring, i, length_of(i));
        }

        desk_segment_detach(&seg);
    }
}


/* ---- producers that freeze ---- */

static desk_ring_writer_t heir;
static uint32_t           heir_sent;

/* The failpoint is where the old one is frozen: another takes over. */
static void
be_replaced_in_step(int step)
{
    uint32_t i;
    ring_t  *ring = in_step;

    if (step != step_wanted || step_after-- != 0) {
        return;
    }

    desk_ring_step = NULL;
    assert_int_equal(ring_writer(&heir, ring, 2, 1), 0);

    for (i = 0; i < 30; i++) {
        /* Full where the old one left much unread. */
        if (put(&heir, 5000 + i, 160) < 0) {
            assert_int_equal(ring->kind, DESK_RING_WAITS);
            break;
        }
    }

    heir_sent = i;
    assert_true(heir_sent > 0);

    assert_int_equal(desk_ring_publish(&heir), 0);
}

static void
freeze_and_wake(desk_ring_kind_e kind, int step, int after, uint32_t before,
                uint32_t batch, uint32_t length)
{
    int           rc = 0;
    ring_t        ring;
    uint32_t      i, next = 0, from_heir = 5000;
    desk_record_t record;

    ring_open(&ring, kind, 32768);
    in_step = &ring;

    for (i = 0; i < before; i++) {
        send_one(&ring.w, next, 1000);
        expect(&ring, next++, 1000);
        expect_nothing(&ring);
    }

    step_wanted = step;
    step_after = after;
    desk_ring_step = be_replaced_in_step;

    for (i = 0; i < batch && rc == 0; i++) {
        rc = put(&ring.w, next + i, length);
    }

    if (rc == 0) {
        rc = desk_ring_publish(&ring.w);
    }

    if (desk_ring_step != NULL) {
        /* It never came to that step. */
        desk_ring_step = NULL;
        ring_close(&ring);
        return;
    }

    /* Frozen after its tail was stored, it learns of it the next time. */
    if (step != 6 || after != 0) {
        assert_true(rc == -ESTALE || (step == 6 && rc == 0));
    }

    assert_int_equal(put(&ring.w, 9999, 160), -ESTALE);
    ring.w.tail += 8;
    assert_int_equal(desk_ring_publish(&ring.w), -ESTALE);

    while ((rc = desk_ring_next(&ring.r, &record, ring.copy)) == 1) {
        assert_true(record_is(&record, record.stamp));
        if (record.stamp < 5000) {
            assert_int_equal(record.stamp, next++);
            assert_int_equal(from_heir, 5000);
        } else {
            assert_int_equal(record.stamp, from_heir++);
        }
    }

    assert_int_equal(rc, 0);
    assert_int_equal(from_heir, 5000 + heir_sent);
    desk_ring_release(&ring.r);
    send_one(&heir, 6000, 100);
    expect(&ring, 6000, 100);
    expect_nothing(&ring);
    ring_close(&ring);
}

static void
a_frozen_producer_that_wakes_shows_nothing(void **state)
{
    int      step, after;
    uint32_t before;

    (void) state;

    for (step = 1; step <= STEPS; step++) {
        for (after = 0; after < 6; after++) {
            /* 32 records and some bytes to the end: before, at and after. */
            for (before = 25; before < 35; before++) {
                freeze_and_wake(DESK_RING_WAITS, step, after, before, 8, 160);
                freeze_and_wake(DESK_RING_WAITS, step, after, before, 6,
                                4096);
                freeze_and_wake(DESK_RING_WAITS, step, after, before, 7,
                                2000);
                freeze_and_wake(DESK_RING_OVERWRITES, step, after, before, 8,
                                160);
                freeze_and_wake(DESK_RING_OVERWRITES, step, after, before, 7,
                                4096);
            }
        }
    }
}

static void
freeze_in_step(int step)
{
    if (step == step_wanted && step_after-- == 0) {
        (void) raise(SIGSTOP);
    }
}

/* The same with a process that is really stopped and really goes on. */
static void
a_stopped_process_that_goes_on_is_refused(void **state)
{
    int            step, status;
    pid_t          pid;
    ring_t         ring;
    uint32_t       i, next;
    desk_record_t  record;
    desk_segment_t seg;

    (void) state;

    for (step = 2; step <= 5; step++) {
        ring_share(&ring, &seg, DESK_RING_WAITS);
        assert_int_equal(ring_reader(&ring.r, &ring, NULL), 0);
        pid = fixture_fork();
        if (pid == 0) {
            int rc = 0;

            desk_ring_step = freeze_in_step;
            step_wanted = step;
            step_after = 3;
            CHILD_ASSERT(ring_writer(&ring.w, &ring, 1, 0) == 0);
            for (i = 0; i < 10 && rc == 0; i++) {
                rc = put(&ring.w, i, 160);
                if (rc == 0) {
                    rc = desk_ring_publish(&ring.w);
                }
            }
            _exit(-rc);
        }

        assert_int_equal(waitpid(pid, &status, WUNTRACED), pid);
        assert_true(WIFSTOPPED(status));

        assert_int_equal(ring_writer(&ring.w, &ring, 2, 1), 0);
        for (i = 0; i < 20; i++) {
            send_one(&ring.w, 100 + i, 160);
        }

        assert_int_equal(kill(pid, SIGCONT), 0);
        fixture_expect_exit(pid, ESTALE);

        for (next = 100; desk_ring_next(&ring.r, &record, NULL) == 1; next++) {
            assert_int_equal(record.stamp, next);
            assert_true(record_is(&record, next));
        }

        assert_int_equal(next, 120);
        desk_segment_detach(&seg);
    }
}

/* Two calls in one place, one after the other, with the same epochs even. */
static void
a_producer_of_the_call_before_is_refused(void **state)
{
    ring_t             ring;
    desk_ring_writer_t old, now;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);
    old = ring.w;

    desk_ring_renew(ring.shared, RING_BYTES, 2);
    assert_int_equal(ring_writer(&heir, &ring, 1, 0), -ESTALE);
    assert_int_equal(ring_writer(&now, &ring, 2, 0), 0);
    assert_int_equal(ring_reader(&ring.r, &ring, NULL), 0);

    assert_int_equal(put(&old, 1, 160), -ESTALE);
    old.tail += 168;
    assert_int_equal(desk_ring_publish(&old), -ESTALE);
    assert_int_equal(ring_writer(&old, &ring, 1, 0), -ESTALE);
    expect_nothing(&ring);
    send_one(&now, 7, 160);
    expect(&ring, 7, 160);
    ring_close(&ring);
}

static void
be_of_yesterday_in_step(int step)
{
    uint32_t i;
    ring_t  *ring = in_step;

    if (step != step_wanted) {
        return;
    }

    desk_ring_step = NULL;
    desk_ring_renew(ring->shared, RING_BYTES, 2);
    assert_int_equal(ring_writer(&heir, ring, 2, 0), 0);
    assert_int_equal(ring_reader(&ring->r, ring, NULL), 0);

    for (i = 0; i < 20; i++) {
        send_one(&heir, i, 160);
    }
}

/* It ends its record when the slot is another call's: none hears of it. */
static void
a_producer_frozen_since_the_call_before_shows_nothing(void **state)
{
    int      step;
    ring_t   ring;
    uint32_t i;

    (void) state;

    for (step = 2; step <= 4; step++) {
        ring_open(&ring, DESK_RING_WAITS, RING_BYTES);
        in_step = &ring;
        step_wanted = step;
        desk_ring_step = be_of_yesterday_in_step;
        (void) put(&ring.w, 99, 4000);
        assert_int_equal(desk_ring_publish(&ring.w), -ESTALE);

        for (i = 0; i < 20; i++) {
            expect(&ring, i, 160);
        }

        expect_nothing(&ring);
        ring_close(&ring);
    }
}

static void
speak_on_in_step(int step)
{
    uint32_t i;
    ring_t  *ring = in_step;

    if (step == 9) {
        desk_ring_step = NULL;
        for (i = 0; i < 40; i++) {
            send_one(&ring->w, i, 160);
        }
    }
}

/* It wakes while the next call makes the ring its own, and says much. */
static void
a_producer_that_speaks_while_its_ring_is_renewed_is_stepped_over(void **state)
{
    ring_t             ring;
    uint64_t           word;
    desk_ring_writer_t now;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, 32768);
    in_step = &ring;
    desk_ring_step = speak_on_in_step;
    desk_ring_renew(ring.shared, 32768, 2);
    assert_null(desk_ring_step);

    word = atomic_load(&ring.shared->tail);
    assert_true((word & 0xffffffffffffULL) >= ring.w.tail + DESK_RING_GUARD);
    assert_int_equal(word, atomic_load(&ring.shared->base));
    assert_int_equal(put(&ring.w, 99, 160), -ESTALE);

    assert_int_equal(desk_ring_writer_attach(&now, ring.shared, ring.data,
                                             32768, DESK_RING_WAITS, 2, 0),
                     0);
    assert_int_equal(desk_ring_reader_attach(&ring.r, ring.shared, ring.data,
                                             32768, DESK_RING_WAITS, NULL),
                     0);
    expect_nothing(&ring);
    send_one(&now, 7, 160);
    expect(&ring, 7, 160);
    ring_close(&ring);
}

/* What the last producer of a call stores late says nothing of the next. */
static void
an_oldest_of_the_call_before_is_not_believed(void **state)
{
    ring_t   ring;
    uint32_t i;
    uint64_t oldest;

    (void) state;
    ring_open(&ring, DESK_RING_OVERWRITES, RING_BYTES);

    for (i = 0; i < 100; i++) {
        send_one(&ring.w, i, 152 + i % 8);
    }

    /* A word that is no head is where the next producer would walk over. */
    oldest = atomic_load(&ring.shared->tail) & 0xffffffffffffULL;
    desk_ring_renew(ring.shared, RING_BYTES, 2);
    atomic_store(&ring.shared->oldest, oldest - 40);

    assert_int_equal(desk_ring_writer_attach(&ring.w, ring.shared, ring.data,
                                             RING_BYTES, DESK_RING_OVERWRITES,
                                             2, 0),
                     0);
    assert_int_equal(ring.w.limit, ring.w.tail);
    assert_int_equal(atomic_load(&ring.shared->oldest), ring.w.tail);
    assert_int_equal(desk_ring_reader_attach(&ring.r, ring.shared, ring.data,
                                             RING_BYTES, DESK_RING_OVERWRITES,
                                             NULL),
                     0);

    for (i = 0; i < RING_BYTES / 168; i++) {
        send_one(&ring.w, i, 160);
    }

    expect(&ring, 0, 160);
    ring_close(&ring);
}

static void
epochs_go_round(void **state)
{
    ring_t   ring;
    uint32_t i, epoch;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);

    for (epoch = 2; epoch < 3 * 65536; epoch += 997) {
        assert_int_equal(ring_writer(&ring.w, &ring, epoch, epoch % 2), 0);
        assert_int_equal(ring_writer(&heir, &ring, epoch - 1, 1), -ESTALE);
        for (i = 0; i < 3; i++) {
            pass_one(&ring, i, 160);
        }
    }

    ring_close(&ring);
}

static desk_ring_writer_t third;

/* Frozen while taking over; two others come by, and speak. */
static void
be_overtaken_in_step(int step)
{
    uint32_t i;
    ring_t  *ring = in_step;

    if (step != step_wanted) {
        return;
    }

    desk_ring_step = NULL;
    assert_int_equal(ring_writer(&heir, ring, 3, 1), 0);
    send_one(&heir, 1, 200);
    assert_int_equal(ring_writer(&third, ring, 4, 1), 0);

    for (i = 0; i < 5; i++) {
        send_one(&third, 100 + i, 160);
    }
}

static void
be_followed_in_step(int step)
{
    ring_t *ring = in_step;

    if (step == 10) {
        desk_ring_step = NULL;
        assert_int_equal(desk_ring_writer_attach(&heir, ring->shared,
                                                 ring->data, 32768,
                                                 DESK_RING_WAITS, 3, 1),
                         0);
        expect_nothing(ring);
    }
}

/* The reader is with the next one already: that is no damage. */
static void
a_successor_that_is_succeeded_at_once_is_refused(void **state)
{
    ring_t             ring;
    desk_ring_writer_t late;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, 32768);
    in_step = &ring;
    desk_ring_step = be_followed_in_step;
    assert_int_equal(desk_ring_writer_attach(&late, ring.shared, ring.data,
                                             32768, DESK_RING_WAITS, 2, 1),
                     -ESTALE);
    assert_null(desk_ring_step);
    send_one(&heir, 1, 160);
    expect(&ring, 1, 160);
    ring_close(&ring);
}

static void
a_successor_that_comes_too_late_changes_nothing(void **state)
{
    int                step;
    ring_t             ring;
    uint32_t           i;
    desk_ring_writer_t late;

    (void) state;

    for (step = 7; step <= 8; step++) {
        ring_open(&ring, DESK_RING_WAITS, 32768);
        send_one(&ring.w, 0, 160);
        in_step = &ring;
        step_wanted = step;
        desk_ring_step = be_overtaken_in_step;
        assert_int_equal(ring_writer(&late, &ring, 2, 1), -ESTALE);
        desk_ring_step = NULL;

        for (i = 0; i < 5; i++) {
            expect(&ring, 100 + i, 160);
        }

        expect_nothing(&ring);
        ring_close(&ring);
    }
}

/* In a ring that was full the new one has to wait for the reader to see it. */
static void
a_successor_in_a_full_ring_waits_for_the_reader(void **state)
{
    ring_t   ring;
    uint32_t n;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);

    for (n = 0; put(&ring.w, n, 160) == 0; n++) {
    }

    assert_int_equal(desk_ring_publish(&ring.w), 0);
    assert_int_equal(ring_writer(&heir, &ring, 2, 1), 0);
    assert_int_equal(desk_ring_room(&heir), 0);
    assert_int_equal(put(&heir, 0, 0), -EAGAIN);
    expect_nothing(&ring);
    assert_int_equal(desk_ring_room(&heir), RING_BYTES);
    send_one(&heir, 7, 160);
    expect(&ring, 7, 160);
    ring_close(&ring);
}

/* A reader that comes after a take-over must not hear what was dropped. */
static void
a_reader_begins_where_the_newest_producer_began(void **state)
{
    ring_t ring;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, 32768);
    send_one(&ring.w, 0, 160);
    assert_int_equal(ring_writer(&heir, &ring, 2, 1), 0);
    send_one(&heir, 1, 160);
    assert_int_equal(ring_reader(&ring.r, &ring, NULL), 0);
    expect(&ring, 1, 160);
    expect_nothing(&ring);
    ring_close(&ring);
}


/* ---- damage ---- */

typedef enum { TAIL,
               HEAD,
               BASE,
               OLDEST,
               BYTES,
               WORD } where_e;

typedef struct {
    const char      *what;
    desk_ring_kind_e kind;
    where_e          where;
    uint64_t         value; /* exclusive-ored into what is there */
} damage_t;

#define FLIP(bit) (UINT64_C(1) << (bit))

/* The tail stands at 20 * 168 = 3360 = 0xd20, the reader behind one of 20. */
static const damage_t damages[] = {
    { "tail before the reader", DESK_RING_WAITS, TAIL, 3360 ^ 8 },
    { "tail not at a word", DESK_RING_WAITS, TAIL, 1 },
    { "tail not at a record", DESK_RING_WAITS, TAIL, 8 },
    { "tail more than a ring ahead", DESK_RING_WAITS, TAIL, FLIP(20) },
    { "tail at the end of time", DESK_RING_WAITS, TAIL, FLIP(47) },
    { "base not at a word", DESK_RING_WAITS, BASE, 4 },
    { "base behind the tail", DESK_RING_WAITS, BASE, FLIP(30) },
    { "record of no known type", DESK_RING_WAITS, WORD, FLIP(22) },
    { "record longer than any", DESK_RING_WAITS, WORD, FLIP(15) },
    { "record past the tail", DESK_RING_WAITS, WORD, FLIP(12) | 160 },
    { "padding past the tail", DESK_RING_WAITS, WORD, FLIP(16) },
    { "tail before the reader", DESK_RING_OVERWRITES, TAIL, 3360 ^ 8 },
    { "tail not at a word", DESK_RING_OVERWRITES, TAIL, 2 },
    { "tail more than a ring ahead", DESK_RING_OVERWRITES, TAIL, FLIP(20) },
    { "tail at the end of time", DESK_RING_OVERWRITES, TAIL, FLIP(46) },
    { "oldest not at a word", DESK_RING_OVERWRITES, OLDEST, 172 },
    { "record of no known type", DESK_RING_OVERWRITES, WORD, FLIP(22) },
    { "record longer than any", DESK_RING_OVERWRITES, WORD, FLIP(15) },
    { "record past the tail", DESK_RING_OVERWRITES, WORD, FLIP(12) | 160 },
    { "padding past the tail", DESK_RING_OVERWRITES, WORD, FLIP(16) },
};

static void
a_damaged_ring_is_refused(void **state)
{
    int           rc;
    size_t        i;
    ring_t        ring;
    uint64_t      word;
    uint32_t      n, seen;
    desk_record_t record;

    (void) state;

    for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
        const damage_t *d = &damages[i];

        ring_open(&ring, d->kind, RING_BYTES);
        for (n = 0; n < 20; n++) {
            send_one(&ring.w, n, 160);
            if (n == 0) {
                expect(&ring, 0, 160);
                desk_ring_release(&ring.r);
            }
        }

        memcpy(&word, ring.data + 168, sizeof(word));
        switch (d->where) {
        case TAIL:
            (void) atomic_fetch_xor(&ring.shared->tail, d->value);
            break;
        case BASE:
            (void) atomic_fetch_xor(&ring.shared->base, d->value);
            break;
        case OLDEST:
            (void) atomic_fetch_xor(&ring.shared->oldest, d->value);
            break;
        default:
            word ^= d->value;
            memcpy(ring.data + 168, &word, sizeof(word));
            break;
        }

        seen = 0;
        while ((rc = desk_ring_next(&ring.r, &record, ring.copy)) == 1) {
            assert_true(++seen < 30);
        }

        if (rc != -EBADMSG || (d->where == WORD && seen > 0)) {
            fail_msg("%s: %d after %u", d->what, rc, seen);
        }

        ring_close(&ring);
    }
}

/* Else what was heard long ago would be heard again, lap after lap. */
static void
a_tail_that_is_laps_ahead_is_refused(void **state)
{
    int           kind;
    ring_t        ring;
    uint32_t      i;
    desk_record_t record;

    (void) state;

    for (kind = DESK_RING_WAITS; kind <= DESK_RING_OVERWRITES; kind++) {
        /* No end in the middle of one: each lap looks like the first. */
        ring_open(&ring, (desk_ring_kind_e) kind, 168 * 64);

        for (i = 0; i < 64 * 3; i++) {
            pass_one(&ring, i, 160);
        }

        (void) atomic_fetch_add(&ring.shared->tail, 168 * 64 * 2);
        assert_int_equal(desk_ring_next(&ring.r, &record, ring.copy),
                         -EBADMSG);
        ring_close(&ring);
    }
}

/* A length that the tail allows, but the end of the ring does not. */
static void
a_record_past_the_end_is_refused(void **state)
{
    int           kind;
    ring_t        ring;
    uint32_t      i;
    uint64_t      word, at;
    desk_record_t record;

    (void) state;

    for (kind = DESK_RING_WAITS; kind <= DESK_RING_OVERWRITES; kind++) {
        ring_open(&ring, (desk_ring_kind_e) kind, RING_BYTES);

        for (i = 0; i < RING_BYTES / 168 - 1; i++) {
            pass_one(&ring, i, 160);
        }

        at = ring.w.tail;
        for (i = 0; i < 20; i++) {
            send_one(&ring.w, i, 160);
        }

        memcpy(&word, ring.data + at, sizeof(word));
        word += 200;
        memcpy(ring.data + at, &word, sizeof(word));
        assert_int_equal(desk_ring_next(&ring.r, &record, ring.copy),
                         -EBADMSG);
        ring_close(&ring);
    }
}

static void
whoever_attaches_looks_first(void **state)
{
    size_t             i;
    ring_t             ring;
    uint64_t           from;
    desk_ring_writer_t w;
    desk_ring_reader_t r;

    static const struct {
        where_e  where;
        uint64_t value;
        int      writer, reader;
    } cases[] = {
        { TAIL, FLIP(48) | 3361, -EBADMSG, 0 },
        { TAIL, FLIP(48) | 3364, -EBADMSG, 0 },
        { TAIL, FLIP(48) | (FLIP(48) - 8), -EBADMSG, 0 },
        { TAIL, FLIP(48) | 160, -EBADMSG, -EBADMSG }, /* head > tail */
        { HEAD, 3368, -EBADMSG, -EBADMSG },
        { HEAD, 3, -EBADMSG, -EBADMSG },
        { HEAD, UINT64_MAX, -EBADMSG, -EBADMSG },
        { BYTES, 0, -EBADMSG, -EBADMSG },
        { BYTES, RING_BYTES + 64, -EBADMSG, -EBADMSG },
        { BYTES, RING_BYTES - 8, -EBADMSG, -EBADMSG },
        { BYTES, UINT32_MAX, -EBADMSG, -EBADMSG },
    };

    (void) state;

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        ring_open(&ring, DESK_RING_WAITS, RING_BYTES);
        atomic_store(&ring.shared->tail, FLIP(48) | 3360);
        atomic_store(&ring.shared->head, 168);

        switch (cases[i].where) {
        case TAIL:
            atomic_store(&ring.shared->tail, cases[i].value);
            break;
        case HEAD:
            atomic_store(&ring.shared->head, cases[i].value);
            break;
        default:
            atomic_store(&ring.shared->bytes, (uint32_t) cases[i].value);
            break;
        }

        assert_int_equal(ring_reader(&r, &ring, NULL), cases[i].reader);
        assert_int_equal(ring_writer(&w, &ring, 2, 0), cases[i].writer);
        ring_close(&ring);
    }

    /* A replay mark that is none. */
    ring_open(&ring, DESK_RING_OVERWRITES, RING_BYTES);
    for (i = 0; i < 100; i++) {
        send_one(&ring.w, (uint32_t) i, 160);
    }

    from = RING_BYTES - 4;
    assert_int_equal(ring_reader(&r, &ring, &from), -EBADMSG);

    /* The oldest too is believed only if it can be. */
    atomic_store(&ring.shared->oldest, RING_BYTES - 4);
    assert_int_equal(ring_writer(&w, &ring, 2, 0), 0);
    for (i = 0; i < 100; i++) {
        send_one(&w, (uint32_t) i, 160);
    }

    ring_close(&ring);
}

/* A reader of old that wakes, or one that lies, harms none but itself. */
static void
a_head_that_goes_back_or_ahead_is_not_believed(void **state)
{
    int      rc;
    ring_t   ring;
    uint32_t i;

    (void) state;
    ring_open(&ring, DESK_RING_WAITS, RING_BYTES);

    for (i = 0; i < 500; i++) {
        send_one(&ring.w, i, 160);
        expect(&ring, i, 160);
        desk_ring_release(&ring.r);
        assert_int_equal(desk_ring_room(&ring.w), RING_BYTES);

        atomic_store(&ring.shared->head, i % 2 ? 168 : UINT64_MAX - 7);
        assert_int_equal(desk_ring_room(&ring.w), RING_BYTES);
        rc = put(&ring.w, i, 0);
        assert_int_equal(rc, 0);
        assert_int_equal(desk_ring_publish(&ring.w), 0);
        expect(&ring, i, 0);
        desk_ring_release(&ring.r);
    }

    ring_close(&ring);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_ring_has_nothing),
        cmocka_unit_test(a_full_ring_refuses),
        cmocka_unit_test(records_of_every_length_wrap_whole),
        cmocka_unit_test(each_offset_is_an_end_for_each_length),
        cmocka_unit_test(what_does_not_fit_before_the_end_goes_to_the_start),
        cmocka_unit_test(a_record_longer_than_half_the_ring_is_never_taken),
        cmocka_unit_test(a_batch_is_seen_when_it_is_published),
        cmocka_unit_test(a_long_batch_is_published_on_the_way),
        cmocka_unit_test(an_overwriting_ring_keeps_what_it_has_room_for),
        cmocka_unit_test(a_replacement_hears_again_from_the_mark_on),
        cmocka_unit_test(a_lapped_reader_jumps_and_counts),
        cmocka_unit_test(threads_agree_on_a_ring_that_waits),
        cmocka_unit_test(threads_agree_on_a_ring_that_overwrites),
        cmocka_unit_test(processes_agree_on_a_ring_that_waits),
        cmocka_unit_test(processes_agree_on_a_ring_that_overwrites),
        cmocka_unit_test(a_producer_killed_in_any_step_leaves_whole_records),
        cmocka_unit_test(a_successor_killed_while_taking_over_is_succeeded),
        cmocka_unit_test(a_frozen_producer_that_wakes_shows_nothing),
        cmocka_unit_test(a_stopped_process_that_goes_on_is_refused),
        cmocka_unit_test(a_producer_of_the_call_before_is_refused),
        cmocka_unit_test(
            a_producer_frozen_since_the_call_before_shows_nothing),
        cmocka_unit_test(
            a_producer_that_speaks_while_its_ring_is_renewed_is_stepped_over),
        cmocka_unit_test(an_oldest_of_the_call_before_is_not_believed),
        cmocka_unit_test(epochs_go_round),
        cmocka_unit_test(a_successor_that_is_succeeded_at_once_is_refused),
        cmocka_unit_test(a_successor_that_comes_too_late_changes_nothing),
        cmocka_unit_test(a_successor_in_a_full_ring_waits_for_the_reader),
        cmocka_unit_test(a_reader_begins_where_the_newest_producer_began),
        cmocka_unit_test(a_damaged_ring_is_refused),
        cmocka_unit_test(a_tail_that_is_laps_ahead_is_refused),
        cmocka_unit_test(a_record_past_the_end_is_refused),
        cmocka_unit_test(whoever_attaches_looks_first),
        cmocka_unit_test(a_head_that_goes_back_or_ahead_is_not_believed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
