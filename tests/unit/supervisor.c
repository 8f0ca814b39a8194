/* SPDX-License-Identifier: BSD-2-Clause */

#include <sys/mman.h>
#include <sys/prctl.h>

#include "desk_fixture.h"

#include "shm/desk_process.h"
#include "supervisor.h"
#include "worker.h"

/* A real supervisor, with workers that do what the test wants of them. */

static struct {
    _Atomic int      hangs; /* pid of one that beats no more */
    _Atomic int      dies;  /* each at once */
    _Atomic int      late;  /* ms before a worker enters the table */
    _Atomic unsigned started;
} * plan;

static desk_segment_t        seg;
static desk_conf_t           conf;
static pid_t                 boss;
static volatile sig_atomic_t told;

static void
on_told(int number)
{
    told = number;
}

static void
wait_ms(unsigned ms)
{
    struct timespec left = { ms / 1000, ms % 1000 * 1000000L };

    while (nanosleep(&left, &left) < 0) {
    }
}

/* In place of worker.c's. */
int
worker_run(const desk_conf_t *c, desk_segment_t *s)
{
    desk_process_t self;

    (void) c;
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    atomic_fetch_add(&plan->started, 1);
    if (atomic_load(&plan->dies)) {
        return EXIT_FAILURE;
    }

    wait_ms((unsigned) atomic_load(&plan->late));
    (void) signal(SIGTERM, on_told);
    (void) signal(SIGQUIT, on_told);
    if (desk_process_enter(s, DESK_KIND_AI, &self) < 0
        || desk_process_set_life(&self, DESK_LIFE_UP) < 0)
    {
        return EXIT_FAILURE;
    }

    while (!told) {
        while (atomic_load(&plan->hangs) == getpid()) {
            wait_ms(1000);
        }
        if (desk_process_beat(&self) < 0) {
            return EXIT_FAILURE;
        }
        wait_ms(20);
    }

    desk_process_leave(s, &self);

    return EXIT_SUCCESS;
}

static int
setup(void **state)
{
    (void) state;
    plan = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(plan != MAP_FAILED);
    fixture_segment(&seg, "supervisor", 4, 8192, 8192);
    memset(&conf, 0, sizeof(conf));
    conf.workers = 2;
    boss = 0;

    return 0;
}

static int
teardown(void **state)
{
    (void) state;
    if (boss > 0) {
        (void) kill(boss, SIGKILL);
        (void) fixture_wait(boss);
    }
    desk_segment_detach(&seg);
    (void) munmap(plan, 4096);

    return 0;
}

static void
start(void)
{
    boss = fork();
    assert_true(boss >= 0);
    if (boss == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void) freopen("/dev/null", "w", stderr);
        _exit(supervisor_run(&conf, &seg));
    }
}

/* Pids of the workers that are up. */
static unsigned
workers(pid_t *pids)
{
    uint32_t i;
    unsigned n = 0;

    for (i = 0; i < DESK_PROCESS_COUNT; i++) {
        if (desk_process_life(&seg, i) == DESK_LIFE_UP
            && desk_process_kind(&seg, i) == DESK_KIND_AI && n < 8)
        {
            pids[n++] = atomic_load(&seg.processes[i].pid);
        }
    }

    return n;
}

static void
wait_for_workers(unsigned wanted, pid_t *pids)
{
    unsigned i;

    for (i = 0; i < 1000; i++) {
        if (workers(pids) == wanted) {
            return;
        }
        wait_ms(10);
    }

    fail_msg("%u workers, not %u", workers(pids), wanted);
}

static void
stop(int number)
{
    pid_t pid = boss;

    boss = 0;
    assert_int_equal(kill(pid, number), 0);
    fixture_expect_exit(pid, EXIT_SUCCESS);
}

static void
as_many_workers_as_wanted_run_and_end(void **state)
{
    pid_t pids[8];

    (void) state;
    start();
    wait_for_workers(2, pids);
    wait_ms(400);
    assert_int_equal(atomic_load(&plan->started), 2);
    stop(SIGTERM);
    assert_int_equal(workers(pids), 0);
    assert_true(kill(pids[0], 0) < 0 && kill(pids[1], 0) < 0);
}

static void
one_that_died_is_replaced(void **state)
{
    pid_t before[8], after[8];

    (void) state;
    start();
    wait_for_workers(2, before);
    assert_int_equal(kill(before[0], SIGKILL), 0);
    while (kill(before[0], 0) == 0) {
        wait_ms(10);
    }
    wait_for_workers(2, after);
    assert_true(after[0] == before[1] || after[1] == before[1]);
    assert_int_equal(atomic_load(&plan->started), 3);
    stop(SIGQUIT);
}

static void
one_that_hangs_is_killed_and_replaced(void **state)
{
    int   i;
    pid_t before[8], after[8];

    (void) state;
    start();
    wait_for_workers(2, before);
    atomic_store(&plan->hangs, before[0]);
    for (i = 0; i < 1000 && kill(before[0], 0) == 0; i++) {
        wait_ms(10);
    }
    assert_true(kill(before[0], 0) < 0);
    wait_for_workers(2, after);
    stop(SIGTERM);
}

static void
who_slept_with_the_machine_is_not_taken_for_hanging(void **state)
{
    pid_t pids[8];

    (void) state;
    start();
    wait_for_workers(2, pids);
    wait_ms(200);
    (void) kill(boss, SIGSTOP);
    (void) kill(pids[0], SIGSTOP);
    (void) kill(pids[1], SIGSTOP);
    wait_ms(900);
    (void) kill(boss, SIGCONT);
    wait_ms(100);
    (void) kill(pids[0], SIGCONT);
    (void) kill(pids[1], SIGCONT);
    wait_ms(800);
    assert_int_equal(atomic_load(&plan->started), 2);
    assert_int_equal(kill(pids[0], 0), 0);
    assert_int_equal(kill(pids[1], 0), 0);
    stop(SIGTERM);
}

static void
one_that_starts_slowly_is_not_started_twice(void **state)
{
    pid_t pids[8];

    (void) state;
    atomic_store(&plan->late, 900);
    start();
    wait_for_workers(2, pids);
    wait_ms(300);
    assert_int_equal(atomic_load(&plan->started), 2);
    stop(SIGTERM);
}

static void
one_that_was_just_started_ends_as_well(void **state)
{
    unsigned i;
    pid_t    pids[8];

    (void) state;
    atomic_store(&plan->late, 500);
    start();
    for (i = 0; i < 1000 && atomic_load(&plan->started) < 2; i++) {
        wait_ms(10);
    }
    stop(SIGTERM);
    wait_ms(700);
    assert_int_equal(workers(pids), 0);
}

static void
those_that_die_at_once_are_started_slower_and_slower(void **state)
{
    (void) state;
    atomic_store(&plan->dies, 1);
    start();
    wait_ms(2000);
    assert_in_range(atomic_load(&plan->started), 2, 14);
    stop(SIGTERM);
}

#define SUPERVISOR_TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        SUPERVISOR_TEST(as_many_workers_as_wanted_run_and_end),
        SUPERVISOR_TEST(one_that_died_is_replaced),
        SUPERVISOR_TEST(one_that_hangs_is_killed_and_replaced),
        SUPERVISOR_TEST(who_slept_with_the_machine_is_not_taken_for_hanging),
        SUPERVISOR_TEST(one_that_starts_slowly_is_not_started_twice),
        SUPERVISOR_TEST(one_that_was_just_started_ends_as_well),
        SUPERVISOR_TEST(those_that_die_at_once_are_started_slower_and_slower),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
