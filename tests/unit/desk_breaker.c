/* SPDX-License-Identifier: BSD-2-Clause */

#include "desk_breaker.h"
#include "desk_fixture.h"

#define T0     UINT64_C(1000000)
#define LEASE  9000
#define ROUNDS (2000 / FIXTURE_SLOW)

static desk_segment_t  seg;
static desk_process_t  one, other;
static desk_breakers_t here, there;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "breaker", 8, 4096, 4096);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &one), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &other), 0);
    here = (desk_breakers_t){ seg.breakers, &seg, &one };
    there = (desk_breakers_t){ seg.breakers, &seg, &other };

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_segment_detach(&seg);

    return 0;
}

static int
ask(const desk_breakers_t *b, const char *key, uint64_t now, desk_ask_t *ask)
{
    uint32_t retry_ms = 0;
    int      rc = desk_breaker_ask(b, "deepgram", key, now, LEASE, ask,
                                   &retry_ms);

    if (rc < 0) {
        assert_int_equal(rc, -EBUSY);
        assert_in_range(retry_ms, 1, DESK_BREAKER_REST_MAX_MS);
    }

    return rc;
}

static void
fault(const desk_breakers_t *b, const char *key, uint64_t now)
{
    desk_ask_t one_ask;

    assert_int_equal(ask(b, key, now, &one_ask), 0);
    desk_breaker_tell(b, &one_ask, DESK_ASK_FAULT, now);
}

static void
open_at(const char *key, uint64_t now)
{
    int i;

    for (i = 0; i < DESK_BREAKER_FAULTS; i++) {
        fault(i % 2 == 0 ? &here : &there, key, now);
    }
}

static void
five_faults_in_ten_seconds_open_it_for_all(void **state)
{
    int        i;
    desk_ask_t a;

    (void) state;

    for (i = 0; i < 4; i++) {
        fault(i % 2 == 0 ? &here : &there, "k", T0 + (uint64_t) i * 2000);
    }

    assert_int_equal(ask(&here, "k", T0 + 9998, &a), 0);
    assert_false(desk_breaker_is_open(&here, "deepgram", "k", T0 + 9998));
    desk_breaker_tell(&here, &a, DESK_ASK_FAULT, T0 + 9999);

    assert_int_equal(ask(&here, "k", T0 + 9999, &a), -EBUSY);
    assert_int_equal(ask(&there, "k", T0 + 9999, &a), -EBUSY);
    assert_true(desk_breaker_is_open(&there, "deepgram", "k", T0 + 9999));

    /* Another key, another service, none: theirs are their own. */
    assert_int_equal(ask(&there, "l", T0 + 9999, &a), 0);
    assert_int_equal(ask(&there, NULL, T0 + 9999, &a), 0);
    assert_false(desk_breaker_is_open(&there, "openai", "k", T0 + 9999));
}

static void
faults_that_are_long_ago_do_not_count(void **state)
{
    int        i;
    desk_ask_t a;

    (void) state;

    for (i = 0; i < 100; i++) {
        fault(&here, "k", T0 + (uint64_t) i * 2500);
    }

    assert_int_equal(ask(&here, "k", T0 + 250000, &a), 0);
}

static void
a_few_faults_among_much_that_goes_well_do_not_open_it(void **state)
{
    int        i, j;
    desk_ask_t a;

    (void) state;

    for (i = 0; i < 20; i++) {
        for (j = 0; j < 5; j++) {
            assert_int_equal(ask(&here, "k", T0, &a), 0);
            desk_breaker_tell(&here, &a, DESK_ASK_WELL, T0);
        }
        fault(&here, "k", T0);
    }

    /* The fifth with fewer than that between. */
    fault(&here, "k", T0);
    assert_int_equal(ask(&here, "k", T0, &a), -EBUSY);
}

static void
one_of_all_probes_and_what_it_finds_holds_for_all(void **state)
{
    desk_ask_t a, b;
    uint64_t   now = T0 + DESK_BREAKER_OPEN_MS;

    (void) state;
    open_at("k", T0);
    assert_int_equal(ask(&here, "k", now - 1, &a), -EBUSY);
    assert_int_equal(ask(&here, "k", now, &a), 0);
    assert_int_not_equal(a.probe, 0);
    assert_int_equal(ask(&there, "k", now, &b), -EBUSY);
    assert_int_equal(ask(&here, "k", now, &b), -EBUSY);

    /* Twice as long, then. */
    desk_breaker_tell(&here, &a, DESK_ASK_FAULT, now);
    assert_int_equal(ask(&there, "k", now + 3999, &b), -EBUSY);
    assert_int_equal(ask(&there, "k", now + 4000, &b), 0);
    desk_breaker_tell(&there, &b, DESK_ASK_WELL, now + 4001);
    assert_int_equal(ask(&here, "k", now + 4001, &a), 0);
    assert_int_equal(a.probe, 0);

    /* Its faults are forgotten. */
    desk_breaker_tell(&here, &a, DESK_ASK_FAULT, now + 4002);
    assert_int_equal(ask(&here, "k", now + 4002, &a), 0);
}

static void
it_never_stays_open_for_longer_than_half_a_minute(void **state)
{
    int        i;
    uint64_t   now = T0;
    desk_ask_t a;

    (void) state;
    open_at("k", now);

    for (i = 0; i < 20; i++) {
        now += DESK_BREAKER_OPEN_MAX_MS;
        assert_int_equal(ask(&here, "k", now, &a), 0);
        desk_breaker_tell(&here, &a, DESK_ASK_FAULT, now);
        assert_int_equal(ask(&here, "k", now + 1999, &a), -EBUSY);
    }
}

static void
a_prober_that_gives_up_lets_another_probe(void **state)
{
    desk_ask_t a, b;
    uint64_t   now = T0 + DESK_BREAKER_OPEN_MS;

    (void) state;
    open_at("k", T0);
    assert_int_equal(ask(&here, "k", now, &a), 0);
    desk_breaker_tell(&here, &a, DESK_ASK_UNKNOWN, now);
    assert_int_equal(ask(&there, "k", now, &b), 0);
    assert_int_not_equal(b.probe, 0);
}

static void
a_prober_that_dies_is_followed_by_one(void **state)
{
    desk_ask_t a, b;
    uint64_t   now = T0 + DESK_BREAKER_OPEN_MS;

    (void) state;
    open_at("k", T0);
    assert_int_equal(ask(&there, "k", now, &a), 0);
    assert_int_equal(ask(&here, "k", now, &b), -EBUSY);

    assert_int_equal(desk_process_bury(&seg, other.index, other.generation),
                     1);
    assert_int_equal(ask(&here, "k", now, &b), 0);

    /* The dead one wakes up: its word is void. */
    desk_breaker_tell(&there, &a, DESK_ASK_WELL, now);
    assert_int_equal(ask(&here, "k", now, &a), -EBUSY);

    /* Its place is another's now, who did not probe. */
    desk_breaker_tell(&here, &b, DESK_ASK_UNKNOWN, now);
    desk_process_free(&seg, other.index);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &other), 0);
    assert_int_equal(ask(&there, "k", now, &a), 0);
    desk_process_leave(&seg, &other);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &other), 0);
    assert_int_equal(ask(&here, "k", now, &b), 0);
}

static void
a_probe_that_nobody_hears_of_ends_with_its_lease(void **state)
{
    desk_ask_t      a, b;
    uint64_t        now = T0 + DESK_BREAKER_OPEN_MS;
    desk_breakers_t nobody = { seg.breakers, NULL, NULL };

    (void) state;
    open_at("k", T0);
    assert_int_equal(ask(&nobody, "k", now, &a), 0);
    assert_int_equal(ask(&here, "k", now + LEASE - 1, &b), -EBUSY);
    assert_int_equal(ask(&here, "k", now + LEASE, &b), 0);
    desk_breaker_tell(&nobody, &a, DESK_ASK_WELL, now + LEASE);
    assert_int_equal(ask(&there, "k", now + LEASE, &a), -EBUSY);
}

static void
what_was_asked_before_it_opened_does_not_close_it(void **state)
{
    desk_ask_t a, b;

    (void) state;
    assert_int_equal(ask(&here, "k", T0, &a), 0);
    open_at("k", T0);
    desk_breaker_tell(&here, &a, DESK_ASK_WELL, T0 + 1);
    assert_int_equal(ask(&here, "k", T0 + 1, &b), -EBUSY);
}

static void
who_wants_to_be_left_alone_is(void **state)
{
    desk_ask_t a;

    (void) state;
    assert_int_equal(ask(&here, "k", T0, &a), 0);
    desk_breaker_rest(&here, &a, 20000, T0);
    assert_int_equal(ask(&there, "k", T0 + 19999, &a), -EBUSY);
    assert_int_equal(ask(&there, "k", T0 + 20000, &a), 0);

    /* But a minute at most. */
    desk_breaker_rest(&there, &a, 86400000, T0 + 20000);
    assert_int_equal(ask(&there, "k", T0 + 79999, &a), -EBUSY);
    assert_int_equal(ask(&there, "k", T0 + 80000, &a), 0);
}

static void
more_than_fit_are_let_through(void **state)
{
    int        i, n;
    char       key[16];
    desk_ask_t a;

    (void) state;

    for (n = 0; n < 2; n++) {
        for (i = 0; i < 2 * DESK_BREAKER_COUNT; i++) {
            (void) snprintf(key, sizeof(key), "%d", i);
            assert_int_equal(ask(&here, key, T0, &a), 0);
            desk_breaker_tell(&here, &a, DESK_ASK_FAULT, T0);
        }
    }

    /* Whose place nobody asked for in a while is given to others. */
    (void) snprintf(key, sizeof(key), "late");
    open_at(key, T0 + 700000);
    assert_int_equal(ask(&here, key, T0 + 700000, &a), -EBUSY);
}

static void
services_are_counted_together(void **state)
{
    uint32_t       i, retry_ms, found = 0;
    desk_ask_t     a;
    desk_service_t s;

    (void) state;
    open_at("k", T0);
    fault(&there, "l", T0);
    assert_int_equal(desk_breaker_ask(&there, "openai", "k", T0, LEASE, &a,
                                      &retry_ms),
                     0);

    for (i = 0; i < DESK_SERVICE_COUNT; i++) {
        if (desk_service_read(seg.breakers, i, &s) != 0) {
            continue;
        }

        found++;

        if (strcmp(s.name, "deepgram") == 0) {
            assert_int_equal(s.requests, 6);
            assert_int_equal(s.faults, 6);
            assert_int_equal(s.opened, 1);
            assert_int_equal(s.open, 1);
        } else {
            assert_string_equal(s.name, "openai");
            assert_int_equal(s.requests, 1);
            assert_int_equal(s.open, 0);
        }
    }

    assert_int_equal(found, 2);
}

/* Whatever lies there: no crash, no waiting, and a minute later all is well. */
static void
a_table_full_of_rubbish_does_no_harm(void **state)
{
    int            round;
    size_t         i;
    uint8_t       *bytes = (uint8_t *) seg.breakers;
    uint64_t       now, seed = 7;
    desk_ask_t     a;
    desk_service_t s;

    (void) state;

    for (round = 0; round < 50; round++) {
        for (i = 0; i < sizeof(desk_breakers_shared_t); i++) {
            seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
            bytes[i] = (uint8_t) (seed >> 33);
        }

        now = T0;
        if (ask(&here, "k", now, &a) < 0) {
            now += DESK_BREAKER_REST_MAX_MS;
            assert_int_equal(ask(&here, "k", now, &a), 0);
        }

        desk_breaker_tell(&here, &a, DESK_ASK_WELL, now);
        desk_breaker_tell(&here, &a, DESK_ASK_FAULT, now);

        for (i = 0; i < DESK_SERVICE_COUNT; i++) {
            (void) desk_service_read(seg.breakers, (uint32_t) i, &s);
        }
    }
}

/*
 * Two processes ask as quickly as they can, at a clock that both of them read
 * out of the table: of each time that it may be probed, one does.
 */
static void
of_two_processes_one_probes(void **state)
{
    int               i, status, mine = 0, theirs = 0;
    pid_t             child;
    desk_ask_t        a;
    _Atomic uint64_t *turn = &seg.breakers->services[31].requests;
    _Atomic uint64_t *ready = &seg.breakers->services[31].faults;
    _Atomic uint64_t *won = &seg.breakers->services[31].opened;

    (void) state;
    open_at("k", T0);

    child = fixture_fork();
    for (i = 0; i < ROUNDS; i++) {
        uint64_t now = T0 + (uint64_t) (i + 1) * DESK_BREAKER_OPEN_MAX_MS;

        if (child == 0) {
            while (atomic_load(turn) != (uint64_t) i + 1) {
                (void) sched_yield();
            }
            if (ask(&there, "k", now, &a) == 0) {
                (void) atomic_fetch_add(won, 1);
            }
            atomic_store(ready, (uint64_t) i + 1);
            continue;
        }

        atomic_store(turn, (uint64_t) i + 1);
        mine = ask(&here, "k", now, &a) == 0;

        while (atomic_load(ready) != (uint64_t) i + 1) {
            (void) sched_yield();
        }

        theirs = (int) atomic_exchange(won, 0);
        assert_int_equal(mine + theirs, 1);

        /* Neither says how it went: the lease ends it before the next turn. */
    }

    if (child == 0) {
        _exit(0);
    }

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

#define BREAKER_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        BREAKER_TEST(five_faults_in_ten_seconds_open_it_for_all),
        BREAKER_TEST(faults_that_are_long_ago_do_not_count),
        BREAKER_TEST(a_few_faults_among_much_that_goes_well_do_not_open_it),
        BREAKER_TEST(one_of_all_probes_and_what_it_finds_holds_for_all),
        BREAKER_TEST(it_never_stays_open_for_longer_than_half_a_minute),
        BREAKER_TEST(a_prober_that_gives_up_lets_another_probe),
        BREAKER_TEST(a_prober_that_dies_is_followed_by_one),
        BREAKER_TEST(a_probe_that_nobody_hears_of_ends_with_its_lease),
        BREAKER_TEST(what_was_asked_before_it_opened_does_not_close_it),
        BREAKER_TEST(who_wants_to_be_left_alone_is),
        BREAKER_TEST(more_than_fit_are_let_through),
        BREAKER_TEST(services_are_counted_together),
        BREAKER_TEST(a_table_full_of_rubbish_does_no_harm),
        BREAKER_TEST(of_two_processes_one_probes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
