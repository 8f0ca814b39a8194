/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef NGX_FRONTDESK_H
#define NGX_FRONTDESK_H

#include <ngx_config.h>
#include <ngx_core.h>
#include <ngx_http.h>

#include <libpq-fe.h>

#include "shm/desk_conf.h"
#include "shm/desk_seal.h"
#include "ngx_frontdesk_token.h"

#define NGX_FRONTDESK_PATH_PARAMS 4
#define NGX_FRONTDESK_PARAMS      32 /* of one SQL function */

typedef struct ngx_frontdesk_pg_pool_s ngx_frontdesk_pg_pool_t;
typedef struct ngx_frontdesk_pg_query_s ngx_frontdesk_pg_query_t;
typedef struct ngx_frontdesk_route_s ngx_frontdesk_route_t;
typedef struct ngx_frontdesk_plan_s ngx_frontdesk_plan_t;
typedef struct ngx_frontdesk_routes_s ngx_frontdesk_routes_t;

extern ngx_module_t ngx_frontdesk_module;


/* Configuration: one of a cycle. */

typedef struct {
    desk_conf_t desk;
    ngx_str_t file;          /* of the settings; empty: directive not given */
    ngx_str_t base_url;      /* public_base_url, as desk has it */
    unsigned https:1;        /* its scheme */
    unsigned loaded:1;
    char *pg_hostaddr;       /* see ngx_frontdesk_pg_resolve() */
    desk_keyring_t totp_keys; /* seal second factors */
    ngx_thread_pool_t *thread_pool;
    ngx_frontdesk_routes_t *routes;
    ngx_frontdesk_pg_pool_t *pg; /* this process's; NULL in the master */
} ngx_frontdesk_main_conf_t;

ngx_frontdesk_main_conf_t *ngx_frontdesk_main_conf(ngx_cycle_t *cycle);


/* What a request carries through the module: its module context. */

typedef struct {
    const ngx_frontdesk_route_t *route;
    ngx_str_t path[NGX_FRONTDESK_PATH_PARAMS]; /* what stood at {...} */
    ngx_str_t request_id;
    const ngx_frontdesk_plan_t *plan; /* of the route: its statements */
    ngx_frontdesk_access_t actor;    /* when the route wants a user */
    char key_digest[NGX_FRONTDESK_DIGEST_BYTES]; /* or of an API key */
    ngx_str_t body;                  /* once read */
    ngx_frontdesk_pg_query_t *query; /* under way; detached on cleanup */
    void *data;                      /* of the route's handler */
    void *once;                      /* its Idempotency-Key, if there is one */
} ngx_frontdesk_ctx_t;

#define ngx_frontdesk_ctx(r) \
    ((ngx_frontdesk_ctx_t *) ngx_http_get_module_ctx(r, ngx_frontdesk_module))

ngx_int_t ngx_frontdesk_handler(ngx_http_request_t *r);


/*
 * Answers.  Each returns what the content handler hands back, or what
 * ngx_http_finalize_request() takes when the answer comes later.
 */

ngx_int_t ngx_frontdesk_send(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *content_type, ngx_chain_t *body);
ngx_int_t ngx_frontdesk_send_text(ngx_http_request_t *r, ngx_uint_t status,
    ngx_str_t *content_type, ngx_str_t *body);

/* {"detail": ..., "errors": [{"field", "message"}]}; field may be NULL. */
ngx_int_t ngx_frontdesk_send_error(ngx_http_request_t *r, ngx_uint_t status,
    const char *detail, const char *field);

ngx_int_t ngx_frontdesk_add_header(ngx_http_request_t *r, const char *name,
    ngx_str_t *value);


/*
 * Postgres.  A query is: what goes before, one function, sync.  One implicit
 * transaction, one round trip, on whichever connection of this process is
 * least busy.  What goes before is there for what it does to the transaction
 * (who acts, a lock, a precondition), and ends it when it fails.
 */

typedef struct {
    const char *sql; /* lives as long as the pool: its address names it */
    ngx_uint_t nparams;
    const char *const *params; /* text or NULL; copied */
} ngx_frontdesk_pg_step_t;

typedef struct {
    const char *sql;
    ngx_uint_t nparams;
    const char *const *params;
    ngx_uint_t nbefore;
    const ngx_frontdesk_pg_step_t *before;
    const char *actor;         /* ngx_frontdesk_ask(): as the user it is of */
    unsigned idempotent:1;     /* may be sent again when a connection breaks */
} ngx_frontdesk_pg_call_t;

#define NGX_FRONTDESK_DONE 208 /* the status of what was done before */

typedef struct {
    PGresult *result;   /* NULL: it failed; goes when the handler returns */
    ngx_uint_t status;  /* 200, or the HTTP status of the failure */
    ngx_str_t detail;   /* a sentence for the user */
    ngx_str_t field;    /* which the sentence is about; may be empty */
    ngx_uint_t retry_s; /* when to come again, if the function said so */
    unsigned kept:1;    /* set by a handler that clears the result itself */
} ngx_frontdesk_pg_answer_t;

/* Called once, never from within ngx_frontdesk_pg_query(). */
typedef void (*ngx_frontdesk_pg_handler_pt)(void *data,
    ngx_frontdesk_pg_answer_t *answer);

/*
 * Addresses of the URL's host names, looked up while nginx may still block.
 * NGX_OK with hostaddr NULL when there is none to look up.
 */
ngx_int_t ngx_frontdesk_pg_resolve(ngx_conf_t *cf, const char *url,
    char **hostaddr);

ngx_frontdesk_pg_pool_t *ngx_frontdesk_pg_pool_create(ngx_cycle_t *cycle,
    const desk_conf_t *conf, const char *hostaddr);
void ngx_frontdesk_pg_pool_destroy(ngx_frontdesk_pg_pool_t *pool);

/*
 * NULL: the queue is full, or memory is short; the handler is not called.
 * The pointer is good until the handler runs or the query is detached.
 */
ngx_frontdesk_pg_query_t *ngx_frontdesk_pg_query(ngx_frontdesk_pg_pool_t *pool,
    const ngx_frontdesk_pg_call_t *call, ngx_frontdesk_pg_handler_pt handler,
    void *data);

/* The handler will not be called; Postgres does the work all the same. */
void ngx_frontdesk_pg_detach(ngx_frontdesk_pg_query_t *query);

/* A column of the first row by name; empty when null or absent. */
ngx_str_t ngx_frontdesk_pg_value(PGresult *result, int row, const char *name);

typedef struct {
    ngx_uint_t connections; /* wanted */
    ngx_uint_t ready;
    ngx_uint_t in_flight;
    ngx_uint_t queued;
    uint64_t queries;
    uint64_t failures;
    uint64_t timeouts;
    uint64_t refused;       /* the queue was full */
    uint64_t reconnects;
} ngx_frontdesk_pg_state_t;

void ngx_frontdesk_pg_pool_state(ngx_frontdesk_pg_pool_t *pool,
    ngx_frontdesk_pg_state_t *state);


/* Twilio. */

/*
 * Checks X-Twilio-Signature of a WebSocket handshake against the ws(s) URL it
 * was sent to.  NGX_OK, or NGX_DECLINED: answer 403.
 */
ngx_int_t ngx_frontdesk_twilio_check_ws(ngx_http_request_t *r);


/* Measures from now on how late timers of this process are. */
void ngx_frontdesk_metrics_init_process(ngx_cycle_t *cycle);

/* Of a clock that only goes forward; nginx's own stands still in a turn. */
uint64_t ngx_frontdesk_now_ns(void);


/* Implemented in ngx_frontdesk_ws.c and ngx_frontdesk_bridge.c. */

typedef struct {
    ngx_uint_t slots;
    ngx_uint_t free_slots;
    ngx_uint_t calls;       /* live on this node */
    ngx_uint_t workers;     /* AI workers with a fresh heartbeat */
    uint64_t memory_bytes;  /* of the segment */
    unsigned attached:1;    /* this process has the segment */
    unsigned draining:1;    /* live calls end, new ones are turned away */
} ngx_frontdesk_bridge_health_t;

/* GET /ws/{client_id}/{caller_phone}; both in ctx->path. */
ngx_int_t ngx_frontdesk_ws_handler(ngx_http_request_t *r);

ngx_int_t ngx_frontdesk_bridge_init_process(ngx_cycle_t *cycle);
void ngx_frontdesk_bridge_exit_process(ngx_cycle_t *cycle);
ngx_int_t ngx_frontdesk_bridge_free_slots(void);
ngx_uint_t ngx_frontdesk_bridge_is_draining(void);
void ngx_frontdesk_bridge_health(ngx_frontdesk_bridge_health_t *health);

/* Prometheus lines; returns how much was written, never more than size. */
size_t ngx_frontdesk_bridge_metrics(u_char *buf, size_t size);

#endif
