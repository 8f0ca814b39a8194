/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "store/store.h"

#define NUMBER_BYTES 24

static void store_job_on_written(void *data, PGresult *result,
                                 const char *state, const char *error);

static const log_t store_log = { "jobs: " };

int
store_job_take(pg_t *pg, const char *node, unsigned lease_s, pg_done_pt done,
               void *data)
{
    char        seconds[NUMBER_BYTES];
    const char *params[] = { node, seconds };

    (void) snprintf(seconds, sizeof(seconds), "%u", lease_s);

    return pg_query(pg, PG_FAILS,
                    "select id, queue, payload, lease, created_s "
                    "from worker.job_take($1, null, $2)",
                    2, params, done, data);
}

int
store_job_read(store_job_t *job, const char **payload, const PGresult *result)
{
    if (PQntuples(result) != 1 || PQnfields(result) != 5) {
        return -ENOENT;
    }

    (void) snprintf(job->id, sizeof(job->id), "%s", PQgetvalue(result, 0, 0));
    (void) snprintf(job->queue, sizeof(job->queue), "%s",
                    PQgetvalue(result, 0, 1));
    *payload = PQgetvalue(result, 0, 2);
    job->lease = atoi(PQgetvalue(result, 0, 3));
    job->created_s = strtoll(PQgetvalue(result, 0, 4), NULL, 10);

    return 0;
}

int
store_job_run(pg_t *pg, const store_job_t *job, pg_done_pt done, void *data)
{
    char        lease[NUMBER_BYTES];
    const char *params[] = { job->id, lease };

    (void) snprintf(lease, sizeof(lease), "%d", job->lease);

    return pg_query(pg, PG_FAILS, "select worker.job_run($1, $2)", 2, params,
                    done, data);
}

int
store_job_extend(pg_t *pg, const store_job_t *job, unsigned lease_s,
                 pg_done_pt done, void *data)
{
    char        lease[NUMBER_BYTES], seconds[NUMBER_BYTES];
    const char *params[] = { job->id, lease, seconds };

    (void) snprintf(lease, sizeof(lease), "%d", job->lease);
    (void) snprintf(seconds, sizeof(seconds), "%u", lease_s);

    return pg_query(pg, PG_FAILS, "select worker.job_extend($1, $2, $3)", 3,
                    params, done, data);
}

int
store_job_done(pg_t *pg, const store_job_t *job)
{
    char        lease[NUMBER_BYTES];
    const char *params[] = { job->id, lease };

    (void) snprintf(lease, sizeof(lease), "%d", job->lease);

    return pg_query(pg, PG_DURABLE, "select worker.job_done($1, $2)", 2,
                    params, store_job_on_written, NULL);
}

int
store_job_failed(pg_t *pg, const store_job_t *job, const char *reason,
                 int again)
{
    char        lease[NUMBER_BYTES];
    const char *params[] = { job->id, lease, reason, again ? NULL : "-1" };

    (void) snprintf(lease, sizeof(lease), "%d", job->lease);

    return pg_query(pg, PG_DURABLE,
                    "select worker.job_failed($1, $2, $3, $4)", 4, params,
                    store_job_on_written, NULL);
}

int
store_jobs_schedule(pg_t *pg)
{
    return pg_query(pg, PG_FAILS, "select worker.jobs_schedule()", 0, NULL,
                    store_job_on_written, NULL);
}

static void
store_job_on_written(void *data, PGresult *result, const char *state,
                     const char *error)
{
    (void) data;

    if (result != NULL) {
        return;
    }

    /* FD409: another has it; or it was told already, and the answer lost. */
    if (strcmp(state, "FD409") == 0) {
        log_write(LOG_INFO, &store_log, "the lease of one was over");
    } else if (state[0] != '\0') {
        log_write(LOG_ERROR, &store_log, "refused (%s): %s", state,
                  strncmp(state, "FD", 2) == 0 ? error
                                               : "see the log of Postgres");
    }
}
