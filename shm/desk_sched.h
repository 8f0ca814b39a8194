/* SPDX-License-Identifier: BSD-2-Clause */

/* What the event loops on the audio path ask of the scheduler. */

#ifndef DESK_SCHED_H
#define DESK_SCHED_H

#include <stdint.h>

#define DESK_SCHED_LOOP_US       200 /* nginx, AI worker: a turn of the loop */
#define DESK_SCHED_BACKGROUND_US 100 /* what never keeps them waiting */

/*
 * Asks for short turns of a processor for the calling thread: of two who want
 * one, who has asked for shorter turns is let run sooner, and who runs is
 * interrupted sooner for others. Threads and processes that it makes are as
 * all others. 0, also where the kernel takes no notice (before Linux 6.12),
 * or -errno, which matters to nobody: then turns are as long as they were.
 */
int desk_sched_short_turns(uint32_t us);

#endif /* DESK_SCHED_H */
