/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BASE_FAILPOINT_H
#define BASE_FAILPOINT_H

/*
 * Places where tests have a worker fail. They exist only when it is built with
 * -DFRONTDESK_FAILPOINTS, and do something when the file that the environment
 * names in FRONTDESK_FAILPOINTS has a line for them:
 *
 *     name action [text]
 *
 * The action is abort, spin (for ever) or on (what the place makes of it). With
 * a text it is only for what contains it: what was said, or a pid.
 */
#ifdef FRONTDESK_FAILPOINTS

#include <unistd.h>

/* Does what is asked for at this place; 1 when it is `on`. */
int failpoint(const char *name, const char *what);
int failpoint_pid(const char *name, int pid);

#define FAILPOINT(name, what) (void) failpoint(name, what)
#define FAILPOINT_IS(name, pid) failpoint_pid(name, pid)
#define FAILPOINT_HERE(name) (void) failpoint_pid(name, (int) getpid())

#else

#define FAILPOINT(name, what) (void) (what)
#define FAILPOINT_IS(name, pid) ((void) (pid), 0)
#define FAILPOINT_HERE(name) (void) 0

#endif

#endif /* BASE_FAILPOINT_H */
