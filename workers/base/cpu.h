/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef BASE_CPU_H
#define BASE_CPU_H

#include <stdint.h>
#include <sys/types.h>

/*
 * What a process's main thread is doing, as proc(5) has it: `state` is a
 * letter (R: runs, or would if it were let), `ms` the processor time it ever
 * used. Returns 0, or -ESRCH.
 */
int cpu_of_thread(pid_t pid, char *state, uint64_t *ms);

#endif /* BASE_CPU_H */
