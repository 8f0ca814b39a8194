/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "shm/desk_conf.h"
#include "shm/desk_segment.h"

/*
 * Keeps the pool of workers alive: starts them, sees within half a second
 * when one is dead or hangs, gives its calls to others and starts another.
 *
 * Who is in the pool stands in the segment and not in this process, so that a
 * new supervisor goes on where a dead one stopped, with workers that are not
 * its children. SIGTERM and SIGQUIT are passed on, and it ends after them.
 */
int supervisor_run(const desk_conf_t *conf, desk_segment_t *seg);

#endif /* SUPERVISOR_H */
