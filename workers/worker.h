/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef WORKER_H
#define WORKER_H

#include "shm/desk_conf.h"
#include "shm/desk_segment.h"

/*
 * One AI worker: a process with one event loop and many calls. Runs until it
 * is told to end: SIGTERM settles its calls and ends, SIGQUIT lets them end by
 * themselves. Returns the exit status.
 */
int worker_run(const desk_conf_t *conf, desk_segment_t *seg);

#endif /* WORKER_H */
