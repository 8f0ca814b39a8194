/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef DESK_FIXTURE_H
#define DESK_FIXTURE_H

/* What the tests of shm/ share: a segment of their own, and children. */

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "desk_segment.h"

/* How much less work is done where each access is checked. */
#if defined(__SANITIZE_THREAD__)
#define FIXTURE_SLOW 10
#elif defined(__SANITIZE_ADDRESS__)
#define FIXTURE_SLOW 2
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define FIXTURE_SLOW 10
#elif __has_feature(address_sanitizer)
#define FIXTURE_SLOW 2
#endif
#endif

#ifndef FIXTURE_SLOW
#define FIXTURE_SLOW 1
#endif

static inline desk_segment_options_t
fixture_options(const char *part)
{
    static char            name[64];
    desk_segment_options_t options = { name, 8, 8192, 8192, (uid_t) -1,
                                       (gid_t) -1 };

    (void) snprintf(name, sizeof(name), "/desk-test-%s-%d", part,
                    (int) getpid());

    return options;
}

/* A new one, whose name is gone already: nothing stays whatever happens. */
static inline void
fixture_segment(desk_segment_t *seg, const char *part, uint32_t slots,
                uint32_t up_bytes, uint32_t down_bytes)
{
    int                    rc;
    char                   error[256] = "";
    desk_segment_options_t options = fixture_options(part);

    options.slot_count = slots;
    options.up_bytes = up_bytes;
    options.down_bytes = down_bytes;

    rc = desk_segment_attach(seg, &options, error, sizeof(error));
    if (rc < 0) {
        fail_msg("attach: %d: %s", rc, error);
    }

    assert_int_equal(desk_segment_unlink(options.name), 0);
}

/* A child that does not outlive the tests, however they end. */
static inline pid_t
fixture_fork(void)
{
    pid_t parent = getpid(), pid = fork();

    if (pid == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) {
            _exit(1);
        }
    }

    return pid;
}

/* Returns the wait status; a child that hangs is killed after 30 s. */
static inline int
fixture_wait(pid_t pid)
{
    int             status = 0, i;
    struct timespec ms = { 0, 1000000 };

    for (i = 0; i < 30000; i++) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            return status;
        }

        (void) nanosleep(&ms, NULL);
    }

    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, &status, 0);
    fail_msg("child %d hung", (int) pid);

    return status;
}

static inline void
fixture_expect_exit(pid_t pid, int code)
{
    int status = fixture_wait(pid);

    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), code);
}

static inline void
fixture_expect_killed(pid_t pid)
{
    int status = fixture_wait(pid);

    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

/* In a child cmocka's asserts are of no use: it says where, and is gone. */
#define CHILD_ASSERT(fact)                                                    \
    do {                                                                      \
        if (!(fact)) {                                                        \
            (void) fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #fact); \
            _exit(99);                                                        \
        }                                                                     \
    } while (0)

static inline uint32_t
fixture_random(uint64_t *state)
{
    /* xorshift64*; the state is the seed and never 0. */
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;

    return (uint32_t) (*state * 0x2545f4914f6cdd1dULL >> 32);
}

#endif /* DESK_FIXTURE_H */
