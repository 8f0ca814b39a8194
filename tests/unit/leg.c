/* SPDX-License-Identifier: BSD-2-Clause */

#include "call/leg.h"
#include "desk_fixture.h"

static desk_segment_t seg;
static desk_process_t ngx, ai;
static desk_card_t    card;
static desk_bells_t   bells;

static desk_process_t
enter(desk_kind_e kind)
{
    desk_process_t self;

    assert_int_equal(desk_process_enter(&seg, kind, &self), 0);
    assert_int_equal(desk_process_set_life(&self, DESK_LIFE_UP), 0);

    return self;
}

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "leg", 2, 16384, 16384);
    ngx = enter(DESK_KIND_NGINX);
    ai = enter(DESK_KIND_AI);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

/* A stream that has said one thing. */
static desk_slot_t
stream(const char *text)
{
    desk_slot_t        slot;
    desk_ring_reader_t down;
    desk_ring_writer_t up;

    assert_int_equal(desk_slot_claim(&seg, &ngx, &card, 16384, 16384, &slot),
                     0);
    assert_int_equal(desk_slot_ngx_rings(&seg, &slot, &up, &down), 0);
    assert_int_equal(desk_ring_put(&up, DESK_RECORD_TEXT, 0, 0, text,
                                   (uint32_t) strlen(text)),
                     0);
    assert_int_equal(desk_ring_publish(&up), 0);

    return slot;
}

static void
it_hears_its_caller(void **state)
{
    leg_t         leg;
    uint8_t       copy[DESK_RECORD_MAX];
    desk_slot_t   slot = stream("hello");
    desk_record_t record;

    (void) state;
    assert_int_equal(leg_open(&leg, &seg, &ai, slot.index, &bells), 0);
    assert_int_equal(leg_next(&leg, &record, copy), 1);
    assert_int_equal(record.length, 5);
    assert_memory_equal(record.data, "hello", 5);
    assert_int_equal(leg_next(&leg, &record, copy), 0);
    leg_close(&leg);
    assert_int_equal(leg_next(&leg, &record, copy), -ESTALE);
}

/* As after damage to its state, or when this worker slept too long. */
static void
it_does_not_hear_another_call_in_its_slot(void **state)
{
    leg_t         leg, other;
    uint8_t       copy[DESK_RECORD_MAX];
    desk_slot_t   slot = stream("mine");
    desk_record_t record;

    (void) state;
    assert_int_equal(leg_open(&leg, &seg, &ai, slot.index, &bells), 0);
    atomic_store(slot.state, 0);
    assert_int_equal(stream("another's").index, slot.index);

    assert_int_equal(leg_next(&leg, &record, copy), -ESTALE);
    assert_int_equal(leg_put(&leg, DESK_RECORD_TEXT, "mine", 4), -ESTALE);
    assert_int_equal(leg_send(&leg), -ESTALE);
    leg_close(&leg);

    assert_int_equal(leg_open(&other, &seg, &ai, slot.index, &bells), 0);
    assert_int_equal(leg_next(&other, &record, copy), 1);
    assert_int_equal(record.length, 9);
    leg_close(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_hears_its_caller),
        TEST(it_does_not_hear_another_call_in_its_slot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
