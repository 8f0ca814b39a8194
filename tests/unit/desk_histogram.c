/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_fixture.h"
#include "desk_histogram.h"

static desk_segment_t seg;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "histogram", 8, 4096, 4096);

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

static void
what_is_at_a_bound_is_within_it_and_what_is_beyond_all_is_counted(void **state)
{
    uint32_t         i;
    desk_process_t   self;
    desk_histogram_t h;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &self), 0);

    desk_observe(&self, DESK_STAGE_STT, 0);
    desk_observe(&self, DESK_STAGE_STT, desk_bucket_ms[0]);
    desk_observe(&self, DESK_STAGE_STT, desk_bucket_ms[0] + 1);
    desk_observe(&self, DESK_STAGE_STT, UINT32_MAX);

    desk_histogram_sum(&seg, DESK_STAGE_STT, &h);
    assert_int_equal(h.buckets[0], 2);
    for (i = 1; i < DESK_BUCKET_COUNT - 1; i++) {
        assert_int_equal(h.buckets[i], 3);
    }
    assert_int_equal(h.buckets[DESK_BUCKET_COUNT - 1], 4);
    assert_int_equal(h.sum_ms, 2ULL * desk_bucket_ms[0] + 1 + UINT32_MAX);

    desk_histogram_sum(&seg, DESK_STAGE_TOOL, &h);
    assert_int_equal(h.buckets[DESK_BUCKET_COUNT - 1], 0);
    desk_process_leave(&seg, &self);
}

static void
what_a_process_counted_outlives_it_and_others_add_to_it(void **state)
{
    desk_process_t   a, b;
    desk_histogram_t h;

    (void) state;
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &a), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &b), 0);
    desk_observe(&a, DESK_STAGE_REPLY, 470);
    desk_observe(&b, DESK_STAGE_REPLY, 480);
    desk_process_leave(&seg, &a);
    desk_process_leave(&seg, &b);

    desk_histogram_sum(&seg, DESK_STAGE_REPLY, &h);
    assert_int_equal(h.buckets[DESK_BUCKET_COUNT - 1], 2);
    assert_int_equal(h.sum_ms, 950);
}

static void
bounds_rise(void **state)
{
    uint32_t i;

    (void) state;
    for (i = 1; i < DESK_BUCKET_COUNT - 1; i++) {
        assert_true(desk_bucket_ms[i] > desk_bucket_ms[i - 1]);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            what_is_at_a_bound_is_within_it_and_what_is_beyond_all_is_counted,
            setup, teardown),
        cmocka_unit_test_setup_teardown(
            what_a_process_counted_outlives_it_and_others_add_to_it, setup,
            teardown),
        cmocka_unit_test(bounds_rise),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
