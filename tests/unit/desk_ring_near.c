/* SPDX-License-Identifier: BSD-2-Clause */

#include <sys/stat.h>

#include "desk_fixture.h"
#include "desk_slot.h"

/*
 * Up rings that stay small: what a reader may want once more is there all the
 * same, whoever begins to read, and wherever.
 */

#define UP_BYTES 73728U
#define NEAR     DESK_SLOT_NEAR_BYTES
#define FRAME    160U
#define FRAMES   (60000 / FIXTURE_SLOW)
#define ROUNDS   (100 / FIXTURE_SLOW)
#define PREROLL  15 /* frames that a worker wants to hear again in silence */

static desk_segment_t     seg;
static desk_process_t     ngx, ai;
static desk_slot_t        slot;
static desk_ring_writer_t up;
static desk_ring_reader_t down, reader;
static uint8_t            copy[DESK_RECORD_MAX];
static uint64_t           random_state;

/* Where the reader stood before each record. */
static uint64_t begun[FRAMES + 1];

static void
line_up(uint32_t up_bytes)
{
    desk_card_t        card = { .call_id = "call" };
    desk_slot_t        opened;
    desk_ring_writer_t unused;

    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, up_bytes, 8192, &slot),
                     0);
    assert_int_equal(desk_slot_ngx_rings(&seg, &slot, &up, &down), 0);
    assert_int_equal(desk_slot_open(&seg, &ai, slot.index, &opened), 0);
    assert_int_equal(desk_slot_ai_rings(&seg, &opened, &reader, &unused), 0);
    assert_int_equal(opened.index, slot.index);
}

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "near", 2, UP_BYTES, 8192);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_NGINX, &ngx), 0);
    assert_int_equal(desk_process_set_life(&ngx, DESK_LIFE_UP), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &ai), 0);
    assert_int_equal(desk_process_set_life(&ai, DESK_LIFE_UP), 0);
    random_state = 0x9e3779b97f4a7c15;
    line_up(UP_BYTES);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

static uint32_t
any(uint32_t below)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;

    return (uint32_t) (random_state >> 32) % below;
}

static uint32_t
pages(void)
{
    return atomic_load(&slot.shared->has_pages) >> 16;
}

/* What the segment takes beyond that of one whose calls are silent. */
static long
blocks(void)
{
    struct stat st;

    assert_int_equal(fstat(seg.fd, &st), 0);

    return (long) st.st_blocks * 512 / 4096;
}

static void
say(uint32_t number, uint32_t length)
{
    uint8_t bytes[DESK_RECORD_MAX];

    memset(bytes, (int) (number * 31 % 255), length);
    assert_int_equal(desk_slot_put_up(&seg, &slot, &up, DESK_RECORD_AUDIO,
                                      (uint8_t) number, number, bytes, length),
                     0);
}

static void
show(void)
{
    assert_int_equal(desk_ring_publish(&up), 0);
}

/* Returns 0 when nothing is there. */
static int
hear(desk_ring_reader_t *r, uint32_t number)
{
    int           rc;
    size_t        i;
    desk_record_t record;

    rc = desk_ring_next(r, &record, copy);
    assert_true(rc >= 0);

    if (rc == 0) {
        return 0;
    }

    assert_int_equal(record.type, DESK_RECORD_AUDIO);
    assert_int_equal(record.flags, number & 0xff);
    for (i = 0; i < record.length; i++) {
        assert_int_equal(record.data[i], number * 31 % 255);
    }

    return 1;
}

static void
mark(uint64_t replay)
{
    desk_ring_release(&reader);
    atomic_store(&slot.shared->up.replay, replay);
}

/* A silent caller, whose worker keeps up. */
static void
silence(uint32_t *number, uint32_t frames)
{
    for (; frames > 0; frames--, (*number)++) {
        say(*number, FRAME);
        show();
        begun[*number] = reader.cursor;
        assert_int_equal(hear(&reader, *number), 1);
        mark(*number < PREROLL ? begun[0] : begun[*number - PREROLL + 1]);
    }
}

/* One who talks: all of it is wanted from the first frame on. */
static void
talk(uint32_t *number, uint32_t frames)
{
    uint64_t from = atomic_load(&slot.shared->up.replay);

    for (; frames > 0; frames--, (*number)++) {
        say(*number, FRAME);
        show();
        begun[*number] = reader.cursor;
        assert_int_equal(hear(&reader, *number), 1);
        mark(from);
    }
}

static void
open_heir(desk_ring_reader_t *r, uint64_t from)
{
    assert_int_equal(desk_ring_reader_attach(r, &slot.shared->up, slot.up_data,
                                             UP_BYTES, DESK_RING_OVERWRITES,
                                             &from),
                     0);
}

/* One that begins there hears these and no others; perhaps others after it. */
static void
expect_heir(uint64_t from, uint32_t first, uint32_t end)
{
    uint32_t           number, again = first + any(end - first + 1);
    uint64_t           at = from;
    desk_ring_reader_t heir;

    open_heir(&heir, from);
    for (number = first; number < end; number++) {
        if (number == again) {
            at = heir.cursor;
        }
        assert_int_equal(hear(&heir, number), 1);
    }

    if (again == end) {
        at = heir.cursor;
    }

    assert_int_equal(hear(&heir, end), 0);

    open_heir(&heir, at);
    for (number = again; number < end; number++) {
        assert_int_equal(hear(&heir, number), 1);
    }
    assert_int_equal(hear(&heir, end), 0);
}

static void
silence_needs_three_pages(void **state)
{
    uint32_t number = 0;
    long     before = blocks();

    (void) state;
    silence(&number, 5000);
    assert_int_equal(pages(), NEAR / 4096);
    assert_int_equal(blocks(), before);
    assert_int_equal(reader.lost, 0);
    expect_heir(begun[number - PREROLL], number - PREROLL, number);
}

static void
who_talks_on_gets_memory_and_gives_it_back(void **state)
{
    uint32_t number = 0, first, i;
    long     before = blocks();

    (void) state;
    for (i = 0; i < 20; i++) {
        silence(&number, 200 + any(200));
        first = number;
        talk(&number, 300); /* six seconds */
        assert_true(pages() > 9);
        assert_int_equal(blocks() - before, pages() - NEAR / 4096);
        expect_heir(begun[first - PREROLL], first - PREROLL, number);

        silence(&number, 100);
        assert_int_equal(pages(), NEAR / 4096);
        assert_int_equal(blocks(), before);
    }
}

/* However silence, voice and delays lie to each other and to the wraps. */
static void
an_heir_hears_what_is_wanted_and_nothing_else(void **state)
{
    uint32_t number = 0, heard = 0, wanted = 0, left = 0, i, wide = 0;
    int      talks = 0;
    long     before = blocks();

    (void) state;
    while (number < FRAMES - 20) {
        if (left-- == 0) {
            talks = !talks;
            left = talks ? any(360) : any(400);
        }

        /* A worker is behind at times, and so is nginx. */
        for (i = any(50) == 0 ? any(12) : 1; i > 0; i--) {
            say(number++, any(20) == 0 ? any(400) : FRAME);
        }
        show();

        if (any(30) != 0) {
            for (;;) {
                begun[heard] = reader.cursor;
                if (!hear(&reader, heard)) {
                    break;
                }
                heard++;
            }

            if (!talks && heard > PREROLL && heard - PREROLL > wanted) {
                wanted = heard - PREROLL;
            }

            mark(begun[wanted]);
        }

        wide += pages() > NEAR / 4096;
        assert_int_equal(blocks() - before, pages() - NEAR / 4096);

        /* For longer than the ring is not promised. */
        if (any(5) == 0 && number - wanted < 340) {
            expect_heir(begun[wanted], wanted, number);
        }
    }

    assert_true(wide > number / 10 && wide < number * 9 / 10);
}

/* Also when it was silent, and its worker is gone, for a long time. */
static void
a_worker_that_does_not_read_misses_nothing(void **state)
{
    uint32_t number = 0, first, i;

    (void) state;
    for (i = 0; i < ROUNDS; i++) {
        silence(&number, 100 + i);
        first = number;

        for (; number < first + 380; number++) {
            say(number, FRAME);
            show();
            if (number % 20 == 0) {
                expect_heir(begun[first - PREROLL], first - PREROLL,
                            number + 1);
            }
        }

        for (; first < number; first++) {
            begun[first] = reader.cursor;
            assert_int_equal(hear(&reader, first), 1);
        }
        mark(reader.cursor);
    }
}

static void
without_memory_the_past_is_short(void **state)
{
    int      fd = seg.fd;
    uint32_t number = 0, last;
    uint64_t oldest;

    (void) state;
    silence(&number, 100);
    seg.fd = -1;
    talk(&number, 1000);
    assert_int_equal(pages(), NEAR / 4096);

    oldest = atomic_load(&slot.shared->up.oldest);
    for (last = number; last > 0 && begun[last - 1] >= oldest; last--) {
    }
    assert_true(number - last > 20);
    expect_heir(begun[last], last, number);

    seg.fd = fd;
    silence(&number, 100);
    talk(&number, 300);
    assert_true(pages() > 9);
}

/* A record that ends where the memory does leaves no room for the PAD. */
static void
nothing_is_written_where_nothing_is(void **state)
{
    uint32_t    i, round;
    long        before = blocks();
    desk_slot_t opened;

    (void) state;
    for (round = 0; round < 400; round++) {
        for (i = 0; i < 400; i++) {
            say(i, any(3) == 0 ? 8 * any(50) : 8 * (1 + round % 40));
            show();
            if (round % 2 == 0) {
                atomic_store(&slot.shared->up.replay, up.tail);
                atomic_store(&slot.shared->up.head, up.tail);
            }
            assert_int_equal(blocks() - before, pages() - NEAR / 4096);
        }

        assert_int_equal(desk_slot_open(&seg, &ai, slot.index, &opened), 0);
        desk_slot_ngx_release(&seg, &slot);
        desk_slot_ai_release(&seg, &opened, &ai);
        line_up(UP_BYTES);
        assert_int_equal(blocks(), before);
    }
}

static void
the_last_one_out_gives_back(void **state)
{
    uint32_t    number = 0;
    long        before = blocks();
    desk_slot_t opened;

    (void) state;
    silence(&number, 100);
    talk(&number, 300);
    assert_int_equal(desk_slot_open(&seg, &ai, slot.index, &opened), 0);
    desk_slot_ngx_release(&seg, &slot);
    expect_heir(begun[100], 100, number); /* the worker may be behind */
    desk_slot_ai_release(&seg, &opened, &ai);
    assert_int_equal(blocks(), before);

    line_up(UP_BYTES);
    number = 0;
    talk(&number, 300);
    assert_int_equal(desk_slot_open(&seg, &ai, slot.index, &opened), 0);
    desk_slot_ai_release(&seg, &opened, &ai);
    assert_true(blocks() > before);
    desk_slot_ngx_release(&seg, &slot);
    assert_int_equal(blocks(), before);
}

/* Nobody lets go of the slot of processes that die both. */
static void
the_next_claimer_gives_back(void **state)
{
    uint32_t number = 0, index = slot.index;
    long     before = blocks();

    (void) state;
    talk(&number, 300);
    assert_true(blocks() > before);
    atomic_store(slot.state, atomic_load(slot.state) >> 32 << 32);
    line_up(UP_BYTES);
    assert_int_equal(slot.index, index);
    assert_int_equal(blocks(), before);
    number = 0;
    silence(&number, 500);
}

static void
small_rings_are_as_they_were(void **state)
{
    desk_slot_t opened;

    (void) state;
    assert_int_equal(desk_slot_open(&seg, &ai, slot.index, &opened), 0);
    desk_slot_ngx_release(&seg, &slot);
    desk_slot_ai_release(&seg, &opened, &ai);
    line_up(2 * NEAR);
    assert_int_equal(up.near, 0);
    assert_int_equal(pages(), 2 * NEAR / 4096);
}

/* Any word of the ring, any mark: no write beyond what there is. */
static void
damage_ends_in_an_error_or_in_other_records(void **state)
{
    int           rc = 0;
    uint32_t      number, round;
    uint8_t       bytes[FRAME] = { 0 };
    uint64_t      word;
    desk_record_t record;

    (void) state;
    for (round = 0; round < 2000 / FIXTURE_SLOW; round++) {
        for (number = 0; number < 150; number++) {
            (void) desk_slot_put_up(&seg, &slot, &up, DESK_RECORD_AUDIO, 0,
                                    number, bytes, FRAME);
            (void) desk_ring_publish(&up);
            assert_true(up.tail % up.size <= up.reach || up.near == 0);

            if (any(40) == 0) {
                word = random_state >> any(64);
                memcpy(slot.up_data + any(NEAR / 8) * 8, &word, 8);
            }

            if (any(40) == 0) {
                atomic_store(&slot.shared->up.replay,
                             any(2) ? up.tail - any(30000) / 8 * 8
                                    : random_state >> any(64));
            }

            do {
                rc = desk_ring_next(&reader, &record, copy);
            } while (rc > 0);

            if (rc < 0) {
                break;
            }
            desk_ring_release(&reader);
        }

        if (rc < 0) {
            (void) desk_slot_ngx_release(&seg, &slot);
            atomic_store(slot.state, atomic_load(slot.state) >> 32 << 32);
            line_up(UP_BYTES);
        }
    }
}

#define NEAR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        NEAR_TEST(silence_needs_three_pages),
        NEAR_TEST(who_talks_on_gets_memory_and_gives_it_back),
        NEAR_TEST(an_heir_hears_what_is_wanted_and_nothing_else),
        NEAR_TEST(a_worker_that_does_not_read_misses_nothing),
        NEAR_TEST(without_memory_the_past_is_short),
        NEAR_TEST(nothing_is_written_where_nothing_is),
        NEAR_TEST(the_last_one_out_gives_back),
        NEAR_TEST(the_next_claimer_gives_back),
        NEAR_TEST(small_rings_are_as_they_were),
        NEAR_TEST(damage_ends_in_an_error_or_in_other_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
