/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef JOB_JOBS_H
#define JOB_JOBS_H

#include <stddef.h>

#include <uv.h>

#include "shm/desk_conf.h"

/*
 * Takes jobs out of Postgres and does them, a few at the same time, beside
 * the calls: all of it waits for others, on a connection of its own, and
 * nothing of it keeps the loop.
 */
typedef struct jobs_s jobs_t;

int jobs_create(jobs_t **jp, uv_loop_t *loop, const desk_conf_t *conf);

/* What is under way is left to whoever takes it when its lease is over. */
void jobs_destroy(jobs_t *jobs);

/*
 * Whether this process is the one of its node that takes jobs; what it has
 * taken before, it does. May be called often.
 */
void jobs_allow(jobs_t *jobs, int allowed);

/* How many are under way, or ended but Postgres does not know it yet. */
size_t jobs_count(const jobs_t *jobs);

#endif /* JOB_JOBS_H */
