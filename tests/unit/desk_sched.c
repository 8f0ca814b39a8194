/* SPDX-License-Identifier: BSD-2-Clause */

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "shm/desk_sched.h"

/* What the kernel says of the calling thread; 0: it knows no turns. */
static uint64_t
turn_ns(void)
{
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t  nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } a = { 0 };

    assert_int_equal(syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0), 0);

    return a.runtime;
}

static void *
look(void *ns)
{
    *(uint64_t *) ns = turn_ns();
    return NULL;
}

static void
turns_are_as_short_as_was_asked_for(void **state)
{
    int      nice = getpriority(PRIO_PROCESS, 0);
    uint64_t before = turn_ns();

    (void) state;

    assert_int_equal(desk_sched_short_turns(300), 0);
    assert_int_equal(turn_ns(), before == 0 ? 0 : 300000);
    assert_int_equal(desk_sched_short_turns(200), 0);
    assert_int_equal(turn_ns(), before == 0 ? 0 : 200000);

    assert_int_equal(sched_getscheduler(0) & ~SCHED_RESET_ON_FORK,
                     SCHED_OTHER);
    assert_int_equal(getpriority(PRIO_PROCESS, 0), nice);
}

static void
threads_have_turns_as_all_others(void **state)
{
    uint64_t  ns = 1, before = turn_ns();
    pthread_t thread;

    (void) state;

    assert_int_equal(desk_sched_short_turns(150), 0);
    assert_int_equal(pthread_create(&thread, NULL, look, &ns), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);

    if (before == 0) {
        assert_int_equal(ns, 0);
    } else {
        assert_int_not_equal(ns, 150000);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(turns_are_as_short_as_was_asked_for),
        cmocka_unit_test(threads_have_turns_as_all_others),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
