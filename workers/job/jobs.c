/* SPDX-License-Identifier: BSD-2-Clause */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "job/job.h"
#include "job/jobs.h"
#include "service/smtp.h"

#define AT_ONCE 4
#define LEASE_S 60
/* Twice may fail before the lease is over. */
#define EXTEND_MS 20000
#define LOOK_MS 5000
#define SCHEDULE_MS 60000
#define BEAT_MS 1000
/* A statement of the role worker ends after 5 seconds. */
#define PG_TIMEOUT_MS 10000
/* Its connection is closed when it was not to take jobs for so long. */
#define IDLE_MS 10000
/* A mail on its way sees within a second that it is not wanted any more. */
#define SETTLE_MS 2000

struct jobs_s {
    log_t              log;
    uv_loop_t         *loop;
    const desk_conf_t *conf;
    pg_t              *pg;  /* while it takes jobs or has some */
    uv_timer_t         timer;

    job_t   *under_way[AT_ONCE];
    size_t   count;
    uint64_t look_ms;     /* when it looks next, whoever calls */
    uint64_t schedule_ms; /* the same for what is due from time to time */
    uint64_t allowed_ms;  /* when it was allowed last */
    unsigned allowed:1;
    unsigned asking:1; /* a take is on its way */
};

static const job_kind_t *const kinds[] = {
    &job_mail,
    &job_reseal,
    &job_sql, /* all the others */
};

static int  jobs_open(jobs_t *jobs);
static void jobs_look(jobs_t *jobs);
static void jobs_begin(jobs_t *jobs, const PGresult *result);
static void jobs_start(jobs_t *jobs, job_t *job);
static void jobs_keep(jobs_t *jobs, uint64_t now_ms);
static void jobs_on_timer(uv_timer_t *timer);
static void jobs_on_notice(void *data, const char *channel,
                           const char *payload);
static void jobs_on_taken(void *data, PGresult *result, const char *state,
                          const char *error);
static void jobs_on_extended(void *data, PGresult *result, const char *state,
                             const char *error);
static void jobs_on_closed(uv_handle_t *handle);
static void job_drop(job_t *job);
static void job_free(job_t *job);

int
jobs_create(jobs_t **jp, uv_loop_t *loop, const desk_conf_t *conf)
{
    jobs_t *jobs;

    jobs = calloc(1, sizeof(jobs_t));
    if (jobs == NULL) {
        return -ENOMEM;
    }

    strcpy(jobs->log.prefix, "jobs: ");
    jobs->loop = loop;
    jobs->conf = conf;
    (void) uv_timer_init(loop, &jobs->timer);
    jobs->timer.data = jobs;
    (void) uv_timer_start(&jobs->timer, jobs_on_timer, BEAT_MS, BEAT_MS);

    *jp = jobs;
    return 0;
}

void
jobs_destroy(jobs_t *jobs)
{
    size_t i;

    if (jobs == NULL) {
        return;
    }

    for (i = 0; i < AT_ONCE; i++) {
        if (jobs->under_way[i] != NULL) {
            job_drop(jobs->under_way[i]);
        }
    }

    if (jobs->pg != NULL) {
        pg_forget(jobs->pg, jobs);
        pg_destroy(jobs->pg);
    }

    smtp_settle(SETTLE_MS);
    (void) uv_timer_stop(&jobs->timer);
    uv_close((uv_handle_t *) &jobs->timer, jobs_on_closed);
}

void
jobs_allow(jobs_t *jobs, int allowed)
{
    jobs->allowed = allowed != 0;

    if (!allowed) {
        return;
    }

    jobs->allowed_ms = uv_now(jobs->loop);

    if (jobs->pg == NULL && jobs_open(jobs) < 0) {
        log_error(jobs, "cannot take jobs: out of memory");
    }
}

size_t
jobs_count(const jobs_t *jobs)
{
    return jobs->count + (jobs->pg != NULL ? pg_pending(jobs->pg) : 0);
}

void
job_end(job_t *job, job_end_e how, const char *reason)
{
    jobs_t *jobs = job->jobs;

    switch (how) {

    case JOB_DONE:
        (void) store_job_done(jobs->pg, &job->row);
        break;

    case JOB_LATER:
    case JOB_NEVER:
        (void) store_job_failed(jobs->pg, &job->row, reason,
                                how == JOB_LATER);
        break;

    case JOB_OVER:
        break;
    }

    job_free(job);
    jobs_look(jobs);
}

uv_loop_t *
job_loop(const job_t *job)
{
    return job->jobs->loop;
}

const desk_conf_t *
job_conf(const job_t *job)
{
    return job->jobs->conf;
}

static int
jobs_open(jobs_t *jobs)
{
    int rc;

    rc = pg_create(&jobs->pg, jobs->loop, jobs->conf->worker_database_url,
                   PG_TIMEOUT_MS);
    if (rc < 0) {
        return rc;
    }

    jobs->look_ms = 0;
    jobs->schedule_ms = 0;
    pg_listen(jobs->pg, "listen frontdesk_jobs", jobs_on_notice, jobs);

    return 0;
}

/* One question at a time: an answer with a job asks for the next. */
static void
jobs_look(jobs_t *jobs)
{
    char node[128];

    if (!jobs->allowed || jobs->asking || jobs->count == AT_ONCE
        || jobs->pg == NULL || !pg_is_up(jobs->pg))
    {
        return;
    }

    (void) snprintf(node, sizeof(node), "%s/%d", jobs->conf->node_name,
                    (int) getpid());

    jobs->asking = 1;
    jobs->look_ms = uv_now(jobs->loop) + LOOK_MS;

    if (store_job_take(jobs->pg, node, LEASE_S, jobs_on_taken, jobs) < 0) {
        jobs->asking = 0;
    }
}

static void
jobs_on_taken(void *data, PGresult *result, const char *state,
              const char *error)
{
    jobs_t *jobs = data;

    jobs->asking = 0;

    if (result == NULL) {
        if (state[0] != '\0') {
            log_error(jobs, "cannot be taken (%s): %s", state, error);
        }
        return;
    }

    if (PQntuples(result) == 1) {
        jobs_begin(jobs, result);
        jobs_look(jobs);
    }
}

static void
jobs_begin(jobs_t *jobs, const PGresult *result)
{
    job_t      *job;
    const char *payload;

    job = calloc(1, sizeof(job_t));
    if (job == NULL || store_job_read(&job->row, &payload, result) < 0) {
        free(job);
        return; /* its lease ends */
    }

    job->payload = cJSON_Parse(payload);
    if (job->payload == NULL) {
        free(job);
        return;
    }

    (void) snprintf(job->log.prefix, sizeof(job->log.prefix), "%.8s %s: ",
                    job->row.queue, job->row.id);
    job->jobs = jobs;
    job->pg = jobs->pg;
    job->lease_ms = uv_now(jobs->loop);
    jobs_start(jobs, job);
}

static void
jobs_start(jobs_t *jobs, job_t *job)
{
    size_t i;

    /* There is a free place, or nothing would have been asked for. */
    for (i = 0; i < AT_ONCE; i++) {
        if (jobs->under_way[i] == NULL) {
            jobs->under_way[i] = job;
            jobs->count++;
            break;
        }
    }

    for (i = 0; kinds[i]->queue != NULL; i++) {
        if (strcmp(kinds[i]->queue, job->row.queue) == 0) {
            break;
        }
    }

    job->kind = kinds[i];
    job->kind->start(job);
}

static void
jobs_on_timer(uv_timer_t *timer)
{
    jobs_t  *jobs = timer->data;
    uint64_t now = uv_now(jobs->loop);

    if (jobs->pg == NULL) {
        return;
    }

    jobs_keep(jobs, now);

    if (!jobs->allowed) {
        if (jobs->count == 0 && pg_pending(jobs->pg) == 0
            && now > jobs->allowed_ms + IDLE_MS)
        {
            pg_destroy(jobs->pg);
            jobs->pg = NULL;
        }
        return;
    }

    if (now >= jobs->schedule_ms && pg_is_up(jobs->pg)) {
        jobs->schedule_ms = now + SCHEDULE_MS;
        (void) store_jobs_schedule(jobs->pg);
    }

    if (now >= jobs->look_ms) {
        jobs_look(jobs);
    }
}

static void
jobs_keep(jobs_t *jobs, uint64_t now_ms)
{
    size_t i;
    job_t *job;

    for (i = 0; i < AT_ONCE; i++) {
        job = jobs->under_way[i];

        if (job != NULL && now_ms >= job->lease_ms + EXTEND_MS) {
            job->lease_ms = now_ms;
            (void) store_job_extend(jobs->pg, &job->row, LEASE_S,
                                    jobs_on_extended, job);
        }
    }
}

/* Another has it: what is left to do here would be done twice. */
static void
jobs_on_extended(void *data, PGresult *result, const char *state,
                 const char *error)
{
    job_t *job = data;

    (void) error;

    if (result == NULL && strcmp(state, "FD409") == 0) {
        log_warn(job, "its lease was over");
        job_drop(job);
    }
}

/* Many may come; they say the same, and one look is under way at a time. */
static void
jobs_on_notice(void *data, const char *channel, const char *payload)
{
    (void) channel;
    (void) payload;

    jobs_look(data);
}

static void
jobs_on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void
job_drop(job_t *job)
{
    job->kind->cancel(job);
    job_free(job);
}

static void
job_free(job_t *job)
{
    size_t  i;
    jobs_t *jobs = job->jobs;

    for (i = 0; i < AT_ONCE; i++) {
        if (jobs->under_way[i] == job) {
            jobs->under_way[i] = NULL;
            jobs->count--;
        }
    }

    pg_forget(jobs->pg, job);
    cJSON_Delete(job->payload);
    free(job);
}
