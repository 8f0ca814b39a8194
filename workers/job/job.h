/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef JOB_JOB_H
#define JOB_JOB_H

#include <time.h>

#include <cjson/cJSON.h>
#include <uv.h>

#include "base/log.h"
#include "shm/desk_conf.h"
#include "store/store.h"

/*
 * One piece of work that this process has taken, and what can be done with
 * each kind of it. It may be done twice: when a worker dies, or its word does
 * not reach Postgres, another begins again.
 */
typedef struct job_s  job_t;
typedef struct jobs_s jobs_t;

typedef struct {
    const char *queue; /* NULL: all the others */

    /* Ends by job_end(), now or later. */
    void (*start)(job_t *job);
    /* Frees what it has: the job ends by itself, nobody is told. */
    void (*cancel)(job_t *job);
} job_kind_t;

extern const job_kind_t job_mail;
extern const job_kind_t job_reseal;
extern const job_kind_t job_sql;

struct job_s {
    log_t             log;
    jobs_t           *jobs;
    const job_kind_t *kind;
    store_job_t       row;
    cJSON            *payload;
    void             *work; /* the kind's own */
    uint64_t          lease_ms; /* when its lease was made or longer last */
    pg_t             *pg; /* the runner's */
};

typedef enum {
    JOB_DONE,
    JOB_LATER, /* again, after a while */
    JOB_NEVER, /* dead: an admin may look */
    JOB_OVER   /* nothing is to be told: Postgres knows, or will see */
} job_end_e;

/* The job is gone after it. `reason` tells nothing of its payload. */
void job_end(job_t *job, job_end_e how, const char *reason);

/* Of who runs it. */
uv_loop_t         *job_loop(const job_t *job);
const desk_conf_t *job_conf(const job_t *job);

#endif /* JOB_JOB_H */
