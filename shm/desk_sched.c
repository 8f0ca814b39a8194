/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "desk_sched.h"

#define SCHED_RESETS_CHILDREN UINT64_C(1) /* SCHED_FLAG_RESET_ON_FORK */

/* As sched_setattr(2) has it; libc does not. */
typedef struct {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t  nice;
    uint32_t priority;
    uint64_t runtime_ns; /* of SCHED_OTHER: how long a turn is */
    uint64_t deadline_ns;
    uint64_t period_ns;
} sched_attributes_t;

int
desk_sched_short_turns(uint32_t us)
{
    sched_attributes_t a;

    memset(&a, 0, sizeof(a));

    if (syscall(SYS_sched_getattr, 0, &a, sizeof(a), 0) != 0) {
        return -errno;
    }

    if (a.policy != SCHED_OTHER) {
        return 0; /* real time has no turns */
    }

    a.size = sizeof(a);
    a.flags |= SCHED_RESETS_CHILDREN;
    a.runtime_ns = (uint64_t) us * 1000;

    return syscall(SYS_sched_setattr, 0, &a, 0) == 0 ? 0 : -errno;
}
