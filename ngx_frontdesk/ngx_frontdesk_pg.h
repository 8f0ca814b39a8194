/* SPDX-License-Identifier: BSD-2-Clause */

/* What the Postgres files share among themselves. */

#ifndef NGX_FRONTDESK_PG_H
#define NGX_FRONTDESK_PG_H

#include "ngx_frontdesk.h"

#define NGX_FRONTDESK_PG_STATEMENTS 2048 /* places of one connection's, 2^n */
#define NGX_FRONTDESK_PG_STEPS      6    /* of one query */
#define NGX_FRONTDESK_PG_DEPTH      32  /* queries in one pipeline */
#define NGX_FRONTDESK_PG_TRIES      3  /* connections lost under a question */
#define NGX_FRONTDESK_PG_BACKOFF_MS 25
#define NGX_FRONTDESK_PG_BACKOFF_MAX_MS 800
#define NGX_FRONTDESK_PG_SCOUT_MS 400
#define NGX_FRONTDESK_PG_BEAT_MS 1000
#define NGX_FRONTDESK_PG_TURN_NS 2000000 /* of a turn, for all answers */

typedef enum {
    NGX_FRONTDESK_PG_CLOSED, /* until the back-off timer */
    NGX_FRONTDESK_PG_CONNECTING,
    NGX_FRONTDESK_PG_READY
} ngx_frontdesk_pg_state_e;

typedef struct {
    const char *sql; /* the address is what is compared */
    unsigned ready:1;
} ngx_frontdesk_pg_statement_t;

typedef struct {
    ngx_frontdesk_pg_pool_t *pool;
    ngx_frontdesk_pg_state_e state;
    PGconn *pg;
    ngx_connection_t *socket; /* nginx's view of libpq's descriptor */
    ngx_event_t timer;        /* connecting: deadline; closed: back-off */
    ngx_event_t more;         /* posted: answers that the last turn left */
    ngx_queue_t in_flight;    /* queries in the order sent */
    ngx_uint_t load;          /* how many they are */
    ngx_uint_t failures;      /* attempts to connect, since the last success */
    ngx_msec_t progress;      /* when Postgres was last heard, or first asked */
    ngx_uint_t generation;    /* of the statements' names */
    ngx_uint_t nstatements;   /* taken places of these: */
    ngx_frontdesk_pg_statement_t statements[NGX_FRONTDESK_PG_STATEMENTS];
} ngx_frontdesk_pg_t;

/*
 * Owned by the pool until its last result is read, whoever asked.  Allocated
 * with its parameters in one piece.
 */
struct ngx_frontdesk_pg_query_s {
    ngx_queue_t link; /* in waiting or in flight */
    ngx_queue_t age;  /* in the pool's live queries, while live is set */
    ngx_frontdesk_pg_pool_t *pool;
    ngx_frontdesk_pg_t *conn; /* the one it was sent on last */
    ngx_uint_t generation;    /* of its statements then */
    ngx_frontdesk_pg_handler_pt handler; /* NULL: nobody waits */
    void *data;
    const char *sql; /* of its last step */
    ngx_uint_t nsteps;
    ngx_frontdesk_pg_step_t steps[NGX_FRONTDESK_PG_STEPS];
    ngx_frontdesk_pg_statement_t *prepares; /* it is a Parse, not a query */
    PGresult *result; /* the last good one */
    PGresult *error;  /* the first bad one */
    ngx_msec_t deadline;
    unsigned live:1;     /* not answered yet */
    unsigned in_flight:1;
    unsigned idempotent:1;
    unsigned tries:2; /* beyond the first */
};

struct ngx_frontdesk_pg_pool_s {
    ngx_log_t *log;
    const desk_conf_t *conf;
    const char *hostaddr;
    ngx_uint_t n;
    ngx_frontdesk_pg_t *connections;
    ngx_queue_t waiting; /* not sent yet */
    ngx_queue_t live;    /* oldest first, so the head's deadline is next */
    ngx_uint_t queued;
    ngx_event_t turn;    /* posted: sends what is waiting */
    ngx_event_t timer;   /* the oldest live query's deadline */
    ngx_event_t beat;    /* looks whether idle connections are alive */
    ngx_frontdesk_pg_state_t counters;
    unsigned announced:1; /* that Postgres is away is logged once */
};

/* ngx_frontdesk_pg.c */
void ngx_frontdesk_pg_open(ngx_frontdesk_pg_t *conn);
void ngx_frontdesk_pg_close(ngx_frontdesk_pg_t *conn);

/* NGX_ERROR: the connection is lost, and the query is still the caller's. */
ngx_int_t ngx_frontdesk_pg_send(ngx_frontdesk_pg_t *conn,
    ngx_frontdesk_pg_query_t *query);
void ngx_frontdesk_pg_lost(ngx_frontdesk_pg_t *conn, const char *why);
void ngx_frontdesk_pg_forget_statements(ngx_frontdesk_pg_t *conn);

/* ngx_frontdesk_pg_pool.c: what a connection tells its pool. */
void ngx_frontdesk_pg_pool_ready(ngx_frontdesk_pg_t *conn);
void ngx_frontdesk_pg_pool_lost(ngx_frontdesk_pg_t *conn);

/*
 * How long it may take to connect.  While nothing is open, one connection is
 * the scout: it tries more often, and leaves sooner where nobody answers, so
 * that Postgres is missed for less than a second once it is back.
 */
ngx_msec_t ngx_frontdesk_pg_pool_patience(ngx_frontdesk_pg_t *conn);
ngx_uint_t ngx_frontdesk_pg_pool_is_scout(ngx_frontdesk_pg_t *conn);
void ngx_frontdesk_pg_pool_wake(ngx_frontdesk_pg_pool_t *pool);
ngx_frontdesk_pg_query_t *ngx_frontdesk_pg_query_create(
    ngx_frontdesk_pg_pool_t *pool, const ngx_frontdesk_pg_call_t *call);
void ngx_frontdesk_pg_query_free(ngx_frontdesk_pg_query_t *query);

/* Its last result is in. */
void ngx_frontdesk_pg_query_done(ngx_frontdesk_pg_query_t *query);

/* The connection broke: asked again, or answered with 503. */
void ngx_frontdesk_pg_query_lost(ngx_frontdesk_pg_query_t *query);

/* ngx_frontdesk_pg_error.c */
typedef enum {
    NGX_FRONTDESK_PG_ANSWER, /* the user's to know */
    NGX_FRONTDESK_PG_AGAIN,  /* rolled back: may be asked once more */
    NGX_FRONTDESK_PG_STALE,  /* the prepared statement is of no use */
    NGX_FRONTDESK_PG_GONE,   /* the server ends this connection */
    NGX_FRONTDESK_PG_FAULT   /* ours: someone must look */
} ngx_frontdesk_pg_verdict_e;

ngx_frontdesk_pg_verdict_e ngx_frontdesk_pg_error(
    ngx_frontdesk_pg_answer_t *answer, const PGresult *error);
void ngx_frontdesk_pg_unavailable(ngx_frontdesk_pg_answer_t *answer);

#endif
