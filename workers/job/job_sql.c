/* SPDX-License-Identifier: BSD-2-Clause */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "job/job.h"

/*
 * Work that is all in the database: worker.job_<queue>() does it, in the same
 * transaction that marks it done.
 */

static void job_sql_start(job_t *job);
static void job_sql_cancel(job_t *job);
static void job_sql_on_run(void *data, PGresult *result, const char *state,
                           const char *error);
static int  job_sql_is_final(const char *state);

const job_kind_t job_sql = { NULL, job_sql_start, job_sql_cancel };

static void
job_sql_start(job_t *job)
{
    if (store_job_run(job->pg, &job->row, job_sql_on_run, job) < 0) {
        job_end(job, JOB_OVER, NULL);
    }
}

/* What it asked goes on in Postgres, and is done or not. */
static void
job_sql_cancel(job_t *job)
{
    (void) job;
}

static void
job_sql_on_run(void *data, PGresult *result, const char *state,
               const char *error)
{
    char   reason[128];
    job_t *job = data;

    if (result != NULL) {
        if (PQntuples(result) == 1
            && strcmp(PQgetvalue(result, 0, 0), "dead") == 0)
        {
            log_error(job, "there is no function for it");
        }

        job_end(job, JOB_OVER, NULL);
        return;
    }

    /* Nobody knows whether it was done; or another has it by now. */
    if (state[0] == '\0' || strcmp(state, "FD409") == 0) {
        job_end(job, JOB_OVER, NULL);
        return;
    }

    /* Ours are sentences; Postgres quotes values. */
    if (strncmp(state, "FD", 2) == 0) {
        (void) snprintf(reason, sizeof(reason), "%s", error);
    } else {
        (void) snprintf(reason, sizeof(reason), "Postgres refused it (%s).",
                        state);
    }

    job_end(job, job_sql_is_final(state) ? JOB_NEVER : JOB_LATER, reason);
}

/* FD4xx: the job asks for what cannot be; 429: for too much just now. */
static int
job_sql_is_final(const char *state)
{
    return strncmp(state, "FD4", 3) == 0 && strcmp(state, "FD429") != 0;
}
