/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdint.h>

#include <cjson/cJSON.h>

#include "store/pg.h"

/*
 * What a worker asks of Postgres: one function here for each function of
 * schema `worker`. All take the epoch under which the call was claimed; a
 * worker whose call was claimed by another is told -ESTALE and has changed
 * nothing. What must not be lost is sent again until Postgres has answered.
 */

/* The answer as JSON, or NULL and -errno: -ESTALE, -EIO. Borrowed. */
typedef void (*store_done_pt)(void *data, int rc, const cJSON *answer);

/* A call as the store knows it; owned by the call. */
typedef struct {
    pg_t *pg;
    char  call_id[40];
    int   epoch; /* from store_claim(); 0 before */
} store_t;

void store_open(store_t *s, pg_t *pg, const char *call_id);

typedef struct {
    int         seq;
    const char *role; /* user, assistant, tool */
    const char *content;
    int         interrupted;
    uint64_t    t_ms;    /* since the call's start */
    const char *timings; /* JSON or NULL */
    const char *state;   /* JSON or NULL */
} store_turn_t;

typedef struct {
    const char *status; /* completed, failed */
    const char *reason;
    uint64_t    duration_s;
    const char *summary; /* or NULL */
} store_end_t;

/* A question; it must stay until its answer, or store_cancel(). */
typedef struct {
    store_t      *store;
    store_done_pt done;
    void         *data;
} store_request_t;

/* What a worker has of an agent's configuration already. */
typedef struct {
    const char *client_id;
    const char *agent_id;
    int         version;
} store_known_t;

/*
 * Becomes the owner, for the stream of that name; the answer is all that the
 * call needs, without `config` when it would be what is known (or NULL).
 * -ESTALE: the call is over, or goes on in another stream.
 */
int store_claim(store_request_t *request, const char *node,
                const char *stream_sid, const store_known_t *known);

/* What the claim left out, by the epoch that it gave. */
int store_config(store_request_t *request);
int store_reserve(store_request_t *request, unsigned seconds);
int store_tool(store_request_t *request, const char *name, const char *args);
int store_end(store_request_t *request, const store_end_t *end);

/* Written behind: nobody waits for them. */
int store_turn(store_t *s, const store_turn_t *turn);
int store_event(store_t *s, const char *kind, const char *data);
/* All that this owner has taken so far: call/usage.h. */
int store_usage(store_t *s, const char *usage);

/* No answer to this request is delivered any more. */
void store_cancel(store_request_t *request);

/* Not of a call: rows of a client's words, or of phrases to prepare. */
int store_vocabulary(pg_t *pg, const char *client_id, pg_done_pt done,
                     void *data);
int store_phrases(pg_t *pg, pg_done_pt done, void *data);

/* Ends one call that lost its owner; the answer is how many it found. */
int store_sweep(pg_t *pg, pg_done_pt done, void *data);

/* What a machine says of itself. */
typedef struct {
    const char *name;
    unsigned    calls;   /* slots in use */
    unsigned    slots;   /* of the segment */
    unsigned    workers; /* AI workers that are up */
    unsigned    draining:1;
} store_node_t;

int store_node_beat(pg_t *pg, const store_node_t *node);

/*
 * Jobs. `lease` is its number, and how long it is held in seconds; who names
 * an older one than the last is told FD409 and has changed nothing.
 */
typedef struct {
    char    id[40];
    char    queue[48];
    int     lease;
    int64_t created_s; /* since 1970 */
} store_job_t;

/* One row, or none: 0 or -ENOENT. Its payload is `payload`, borrowed. */
int store_job_take(pg_t *pg, const char *node, unsigned lease_s,
                   pg_done_pt done, void *data);
int store_job_read(store_job_t *job, const char **payload,
                   const PGresult *result);

/* Does it in Postgres; the answer is done, more or dead. */
int store_job_run(pg_t *pg, const store_job_t *job, pg_done_pt done,
                  void *data);
int store_job_extend(pg_t *pg, const store_job_t *job, unsigned lease_s,
                     pg_done_pt done, void *data);

/* Written behind. */
int store_job_done(pg_t *pg, const store_job_t *job);
int store_job_failed(pg_t *pg, const store_job_t *job, const char *reason,
                     int again);

/* Adds what is to be done from time to time. */
int store_jobs_schedule(pg_t *pg);

#endif /* STORE_STORE_H */
