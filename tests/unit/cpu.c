/* SPDX-License-Identifier: BSD-2-Clause */

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/cpu.h"

static void
wait_ms(long ms)
{
    struct timespec pause = { ms / 1000, ms % 1000 * 1000000L };

    (void) nanosleep(&pause, NULL);
}

static pid_t
child(int spins)
{
    pid_t pid = fork();

    if (pid == 0) {
        for (;;) {
            if (!spins) {
                (void) pause();
            }
        }
    }

    wait_ms(100);

    return pid;
}

static void
end(pid_t pid)
{
    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, NULL, 0);
}

static void
who_loops_uses_time(void **state)
{
    int      i;
    char     letter;
    pid_t    pid = child(1);
    uint64_t before, after = 0;

    (void) state;
    assert_int_equal(cpu_of_thread(pid, &letter, &before), 0);
    assert_int_equal(letter, 'R');

    for (i = 0; i < 100 && after < before + 100; i++) {
        wait_ms(100);
        assert_int_equal(cpu_of_thread(pid, &letter, &after), 0);
    }

    assert_true(after >= before + 100);
    end(pid);
}

static void
who_waits_or_is_stopped_uses_none(void **state)
{
    char     letter;
    pid_t    pid = child(0);
    uint64_t before, after;

    (void) state;
    assert_int_equal(cpu_of_thread(pid, &letter, &before), 0);
    assert_int_equal(letter, 'S');
    (void) kill(pid, SIGSTOP);
    wait_ms(200);
    assert_int_equal(cpu_of_thread(pid, &letter, &after), 0);
    assert_int_equal(letter, 'T');
    assert_int_equal(after, before);
    end(pid);
}

static void
who_is_gone_is_not_found(void **state)
{
    char     letter;
    pid_t    pid = child(0);
    uint64_t used;

    (void) state;
    end(pid);
    assert_true(cpu_of_thread(pid, &letter, &used) < 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_loops_uses_time),
        cmocka_unit_test(who_waits_or_is_stopped_uses_none),
        cmocka_unit_test(who_is_gone_is_not_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
