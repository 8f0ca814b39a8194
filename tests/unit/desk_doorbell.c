/* SPDX-License-Identifier: BSD-2-Clause */

#include <poll.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "desk_fixture.h"
#include "desk_doorbell.h"
#include "desk_ring.h"

/* To be built with -DDESK_RING_STEPS. */

/*
 * The same code once more, without its fences: the litmus below must fail with
 * it, or it would prove nothing with the real one.
 */
#undef DESK_DOORBELL_FENCE
#define DESK_DOORBELL_FENCE() atomic_signal_fence(memory_order_seq_cst)
#define desk_doorbell_open weak_doorbell_open
#define desk_doorbell_close weak_doorbell_close
#define desk_doorbell_arm weak_doorbell_arm
#define desk_doorbell_disarm weak_doorbell_disarm
#define desk_doorbell_ring weak_doorbell_ring
#define desk_bells_ring weak_bells_ring
int  weak_doorbell_open(desk_doorbell_t *bell, const desk_segment_t *seg,
                        const desk_process_t *self);
void weak_doorbell_close(desk_doorbell_t *bell);
int  weak_doorbell_arm(const desk_segment_t *seg, const desk_process_t *self);
void weak_doorbell_disarm(desk_doorbell_t *bell, const desk_process_t *self);
int  weak_doorbell_ring(desk_doorbell_t *bell, const desk_segment_t *seg,
                        uint32_t index);
uint32_t weak_bells_ring(desk_bells_t *bells, desk_doorbell_t *bell,
                         const desk_segment_t *seg);
#include "../../shm/desk_doorbell.c"
#undef desk_doorbell_open
#undef desk_doorbell_close
#undef desk_doorbell_arm
#undef desk_doorbell_disarm
#undef desk_doorbell_ring
#undef desk_bells_ring

/* So many, or as many as a busy machine gets done in the time. */
#define PINGS (120000 / FIXTURE_SLOW)
#define PINGS_MS 5000
#define PINGS_MIN 1000
#define LITMUS_ROUNDS (2000000 / FIXTURE_SLOW)
#define LITMUS_MS 3000
#define LITMUS_WEAK_MS 20000

static desk_segment_t  seg;
static desk_process_t  a, b;
static desk_doorbell_t bell_a, bell_b;

static int
setup(void **state)
{
    (void) state;
    fixture_segment(&seg, "doorbell", 8, 4096, 4096);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_NGINX, &a), 0);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &b), 0);
    assert_int_equal(desk_doorbell_open(&bell_a, &seg, &a), 0);
    assert_int_equal(desk_doorbell_open(&bell_b, &seg, &b), 0);
    desk_ring_step = NULL;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    desk_ring_step = NULL;
    desk_doorbell_close(&bell_a);
    desk_doorbell_close(&bell_b);
    desk_segment_detach(&seg);

    return 0;
}

static int
is_ringing(const desk_doorbell_t *bell)
{
    struct pollfd p = { bell->fd, POLLIN, 0 };

    return poll(&p, 1, 0);
}

static void
who_is_awake_is_not_rung(void **state)
{
    (void) state;
    desk_ready_set(&seg, b.index, 0);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 0);
    assert_false(is_ringing(&bell_b));
}

static void
who_sleeps_is_rung_once(void **state)
{
    (void) state;
    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    desk_ready_set(&seg, b.index, 0);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 1);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 0);
    assert_true(is_ringing(&bell_b));
    assert_false(is_ringing(&bell_a));

    desk_doorbell_disarm(&bell_b, &b);
    assert_false(is_ringing(&bell_b));
    assert_int_equal(desk_ready_take(&seg, b.index, 0), 1);

    /* Woken by something else: nobody rings any more. */
    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    desk_doorbell_disarm(&bell_b, &b);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 0);
}

/* Also those whose entries are behind the first word of them. */
static void
all_who_are_to_be_rung_are_rung_once(void **state)
{
    uint32_t        i;
    desk_bells_t    bells = { { 0 } };
    desk_process_t  last;
    desk_doorbell_t bell;

    (void) state;
    for (i = b.index + 1; i < DESK_PROCESS_COUNT; i++) {
        assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &last), 0);
    }

    assert_int_equal(last.index, DESK_PROCESS_COUNT - 1);
    assert_int_equal(desk_doorbell_open(&bell, &seg, &last), 0);
    assert_int_equal(desk_doorbell_arm(&seg, &last), 1);
    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);

    desk_bells_add(&bells, last.index);
    desk_bells_add(&bells, b.index);
    desk_bells_add(&bells, b.index);
    assert_int_equal(desk_bells_ring(&bells, &bell_a, &seg), 2);
    assert_int_equal(desk_bells_ring(&bells, &bell_a, &seg), 0);
    desk_doorbell_disarm(&bell, &last);
    desk_doorbell_disarm(&bell_b, &b);
    desk_doorbell_close(&bell);
}

static void
what_is_ready_already_keeps_awake(void **state)
{
    uint32_t bit;

    (void) state;

    for (bit = 0; bit < seg.slot_count + DESK_RPC_COUNT; bit++) {
        desk_ready_set(&seg, b.index, bit);
        assert_int_equal(desk_doorbell_arm(&seg, &b), 0);
        assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 0);
        assert_int_not_equal(desk_ready_take(&seg, b.index, bit / 64), 0);
    }
}

/* An epoll that waits for edges would sleep over one that is left. */
static void
all_rings_are_read_away(void **state)
{
    int                i, sent = 0;
    char               byte = 0;
    socklen_t          length;
    struct sockaddr_un to;

    (void) state;
    length = sizeof(to);
    assert_int_equal(getsockname(bell_b.fd, (struct sockaddr *) &to, &length),
                     0);

    for (i = 0; i < 60; i++) {
        sent += sendto(bell_a.fd, &byte, 1, MSG_DONTWAIT,
                       (struct sockaddr *) &to, length)
                == 1;
    }

    assert_true(sent > 5);

    /* Full or not, none waits. */
    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 1);
    desk_doorbell_disarm(&bell_b, &b);
    assert_false(is_ringing(&bell_b));
}

static void
the_dead_do_not_hold_up_who_rings(void **state)
{
    (void) state;
    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    desk_doorbell_close(&bell_b);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 1);
    desk_doorbell_close(&bell_b);
}

/* One in the entry of another has a bell of its own. */
static void
a_successor_has_its_own_bell(void **state)
{
    desk_process_t  next;
    desk_doorbell_t bell;

    (void) state;
    assert_true(desk_process_bury(&seg, b.index, b.generation));
    desk_process_free(&seg, b.index);
    assert_int_equal(desk_process_enter(&seg, DESK_KIND_AI, &next), 0);
    assert_int_equal(next.index, b.index);
    assert_int_equal(desk_doorbell_open(&bell, &seg, &next), 0);
    assert_int_equal(desk_doorbell_arm(&seg, &next), 1);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, next.index), 1);
    assert_true(is_ringing(&bell));
    assert_false(is_ringing(&bell_b));
    desk_doorbell_close(&bell);
}

/* The old one was unlinked while in use; both have the same name. */
static void
two_segments_of_one_name_have_their_own_bells(void **state)
{
    desk_segment_t  other;
    desk_process_t  self;
    desk_doorbell_t bell;

    (void) state;
    fixture_segment(&other, "doorbell", 8, 4096, 4096);
    assert_string_equal(other.name, seg.name);
    assert_int_equal(desk_process_enter(&other, DESK_KIND_NGINX, &self), 0);
    assert_int_equal(self.index, a.index);
    assert_int_equal(self.generation, a.generation);
    assert_int_equal(desk_doorbell_open(&bell, &other, &self), 0);
    assert_int_equal(desk_doorbell_arm(&other, &self), 1);
    assert_int_equal(desk_doorbell_ring(&bell_b, &other, self.index), 1);
    assert_true(is_ringing(&bell));
    assert_false(is_ringing(&bell_a));
    desk_doorbell_close(&bell);
    desk_segment_detach(&other);
}


/* ---- who rings dies, or is slow ---- */

static int step_wanted;

static void
die_in_step(int step)
{
    if (step == step_wanted) {
        (void) kill(getpid(), SIGKILL);
    }
}

static void
a_ringer_killed_in_any_step_leaves_nobody_asleep(void **state)
{
    int   step;
    pid_t pid;

    (void) state;

    for (step = 30; step <= 31; step++) {
        assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
        pid = fixture_fork();
        if (pid == 0) {
            step_wanted = step;
            desk_ring_step = die_in_step;
            desk_ready_set(&seg, b.index, 1);
            (void) desk_doorbell_ring(&bell_a, &seg, b.index);
            _exit(0);
        }

        fixture_expect_killed(pid);
        desk_ready_set(&seg, b.index, 2);
        (void) desk_doorbell_ring(&bell_a, &seg, b.index);
        assert_true(is_ringing(&bell_b));
        desk_doorbell_disarm(&bell_b, &b);
        assert_int_equal(desk_ready_take(&seg, b.index, 0), 6);
    }
}

static void
sleep_again_in_step(int step)
{
    if (step == 31) {
        desk_ring_step = NULL;
        desk_doorbell_disarm(&bell_b, &b);
        desk_doorbell_awake(&b); /* as a loop does after each wake-up */
        (void) desk_ready_take(&seg, b.index, 0);
        assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    }
}

/* It ends ringing for a sleep that is over: the next sleep is not disturbed. */
static void
a_slow_ringer_does_not_disarm_the_next_sleep(void **state)
{
    (void) state;

    /* It has slept and been awake before: the count is of all that. */
    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    desk_doorbell_awake(&b);

    assert_int_equal(desk_doorbell_arm(&seg, &b), 1);
    desk_ready_set(&seg, b.index, 1);
    desk_ring_step = sleep_again_in_step;
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 1);
    assert_false(is_ringing(&bell_b));

    desk_ready_set(&seg, b.index, 1);
    assert_int_equal(desk_doorbell_ring(&bell_a, &seg, b.index), 1);
    assert_true(is_ringing(&bell_b));
}


/* ---- two that really sleep ---- */

static void
pin(int core)
{
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(core % (int) sysconf(_SC_NPROCESSORS_ONLN), &set);
    (void) sched_setaffinity(0, sizeof(set), &set);
}

/* Sleeps until something is ready. Returns 0 when it would for ever. */
static int
wait_ready(desk_doorbell_t *bell, const desk_process_t *self,
           uint32_t *sleeps)
{
    struct pollfd p = { bell->fd, POLLIN, 0 };

    for (;;) {
        if (desk_ready_take(&seg, self->index, 0) != 0) {
            return 1;
        }

        if (!desk_doorbell_arm(&seg, self)) {
            continue;
        }

        ++*sleeps;
        if (poll(&p, 1, 10000) == 0) {
            return 0;
        }

        desk_doorbell_disarm(bell, self);
    }
}

static void
no_wake_up_is_lost_between_processes(void **state)
{
    pid_t     pid;
    uint32_t  i, sleeps = 0;
    uint64_t  end = desk_now_ms() + PINGS_MS;
    cpu_set_t before;

    (void) state;
    (void) sched_getaffinity(0, sizeof(before), &before);

    pid = fixture_fork();
    if (pid == 0) {
        pin(1);
        for (;;) {
            CHILD_ASSERT(wait_ready(&bell_b, &b, &sleeps));
            if (atomic_load(&seg.header->draining)) {
                _exit(0);
            }
            desk_ready_set(&seg, a.index, 1);
            (void) desk_doorbell_ring(&bell_b, &seg, a.index);
        }
    }

    pin(0);

    for (i = 0; i < PINGS; i++) {
        desk_ready_set(&seg, b.index, 1);
        (void) desk_doorbell_ring(&bell_a, &seg, b.index);

        if (!wait_ready(&bell_a, &a, &sleeps)) {
            fail_msg("asleep in round %u", i);
        }

        if (i % 256 == 0 && i > PINGS_MIN && desk_now_ms() > end) {
            break;
        }
    }

    atomic_store(&seg.header->draining, 1);
    desk_ready_set(&seg, b.index, 1);
    (void) desk_doorbell_ring(&bell_a, &seg, b.index);
    (void) sched_setaffinity(0, sizeof(before), &before);
    fixture_expect_exit(pid, 0);
    print_message("%u rounds, slept in %u\n", i, sleeps);
    assert_true(sleeps > i / 2);
}


/* ---- the litmus ---- */

typedef int  (*arm_pt)(const desk_segment_t *seg, const desk_process_t *self);
typedef int  (*ring_pt)(desk_doorbell_t *bell, const desk_segment_t *seg,
                       uint32_t index);

#define OVER UINT32_MAX
#define DAWDLE_SLEEPER 200
#define DAWDLE_RINGER 40

typedef struct {
    alignas(64) _Atomic uint32_t round; /* the sleeper's */
    alignas(64) _Atomic uint32_t begun; /* the ringer's */
    _Atomic uint32_t done;
    _Atomic uint32_t rang;
    ring_pt          ring;
} litmus_t;

/* Yields now and then: the other may have lost its core to a third. */
static uint32_t
spin_until(const _Atomic uint32_t *at, uint32_t value)
{
    uint32_t i = 0, found;

    for (;;) {
        found = atomic_load_explicit(at, memory_order_acquire);
        if (found == value || found == OVER) {
            return found;
        }

        if (++i % 4096 == 0) {
            (void) sched_yield();
        }
    }
}

static void
dawdle(uint32_t turns)
{
    volatile uint32_t i;

    for (i = 0; i < turns; i++) {
    }
}

static void *
litmus_ringer(void *data)
{
    int       rang;
    uint32_t  n;
    uint64_t  seed = 42;
    litmus_t *litmus = data;

    pin(1);

    for (n = 1;; n++) {
        atomic_store_explicit(&litmus->begun, n, memory_order_release);
        if (spin_until(&litmus->round, n) == OVER) {
            return NULL;
        }

        dawdle(fixture_random(&seed) % DAWDLE_RINGER);
        desk_ready_set(&seg, b.index, 1);
        rang = litmus->ring(&bell_a, &seg, b.index);

        atomic_store_explicit(&litmus->rang, (uint32_t) rang,
                              memory_order_relaxed);
        atomic_store_explicit(&litmus->done, n, memory_order_release);
    }
}

/*
 * In each round one arms and one rings, at the same time. Lost is a round in
 * which the one may sleep and the other saw no need to ring.
 */
static uint32_t
litmus_run(arm_pt arm, ring_pt ring, int until_lost, uint64_t limit_ms,
           uint32_t *rounds)
{
    int       may_sleep;
    uint32_t  n, lost = 0;
    uint64_t  seed = 7, end = desk_now_ms() + limit_ms;
    litmus_t  litmus;
    pthread_t thread;
    cpu_set_t before;

    (void) sched_getaffinity(0, sizeof(before), &before);
    memset(&litmus, 0, sizeof(litmus));
    litmus.ring = ring;
    assert_int_equal(pthread_create(&thread, NULL, litmus_ringer, &litmus),
                     0);
    pin(0);

    for (n = 1;; n++) {
        (void) spin_until(&litmus.begun, n);
        if ((lost > 0 && until_lost)
            || (!until_lost && n > LITMUS_ROUNDS)
            || (n % 64 == 0 && desk_now_ms() > end))
        {
            break;
        }

        atomic_store_explicit(&litmus.round, n, memory_order_release);
        dawdle(fixture_random(&seed) % DAWDLE_SLEEPER);
        may_sleep = arm(&seg, &b);
        (void) spin_until(&litmus.done, n);

        if (may_sleep
            && !atomic_load_explicit(&litmus.rang, memory_order_relaxed))
        {
            lost++;
        }

        desk_doorbell_disarm(&bell_b, &b);
        (void) desk_ready_take(&seg, b.index, 0);
    }

    *rounds = n - 1;
    atomic_store_explicit(&litmus.round, OVER, memory_order_release);
    assert_int_equal(pthread_join(thread, NULL), 0);
    (void) sched_setaffinity(0, sizeof(before), &before);

    return lost;
}

static void
with_its_fences_no_round_is_lost(void **state)
{
    uint32_t rounds;

    (void) state;
    assert_int_equal(litmus_run(desk_doorbell_arm, desk_doorbell_ring, 0,
                                LITMUS_MS, &rounds),
                     0);
    print_message("%u rounds\n", rounds);
    assert_true(rounds > 1000);
}

#if FIXTURE_SLOW < 10

/* (Where each access is checked, stores have left the buffer by then.) */
static void
without_them_rounds_are_lost(void **state)
{
    uint32_t rounds;

    (void) state;
    assert_int_not_equal(litmus_run(weak_doorbell_arm, weak_doorbell_ring, 1,
                                    LITMUS_WEAK_MS, &rounds),
                         0);
    print_message("lost in round %u\n", rounds);
}

#endif

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(who_is_awake_is_not_rung),
        TEST(who_sleeps_is_rung_once),
        TEST(all_who_are_to_be_rung_are_rung_once),
        TEST(what_is_ready_already_keeps_awake),
        TEST(all_rings_are_read_away),
        TEST(the_dead_do_not_hold_up_who_rings),
        TEST(a_successor_has_its_own_bell),
        TEST(two_segments_of_one_name_have_their_own_bells),
        TEST(a_ringer_killed_in_any_step_leaves_nobody_asleep),
        TEST(a_slow_ringer_does_not_disarm_the_next_sleep),
        TEST(no_wake_up_is_lost_between_processes),
        TEST(with_its_fences_no_round_is_lost),
#if FIXTURE_SLOW < 10
        TEST(without_them_rounds_are_lost),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
