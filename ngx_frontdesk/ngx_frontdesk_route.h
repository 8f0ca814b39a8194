/* SPDX-License-Identifier: BSD-2-Clause */

/* The route table, and what its handlers have in common. */

#ifndef NGX_FRONTDESK_ROUTE_H
#define NGX_FRONTDESK_ROUTE_H

#include "ngx_frontdesk.h"

#define NGX_FRONTDESK_ARGS 8

typedef enum {
    NGX_FRONTDESK_PUBLIC,
    NGX_FRONTDESK_USER, /* any who is logged in */
    NGX_FRONTDESK_ADMIN
} ngx_frontdesk_access_e;

/* Where a parameter of a route's function comes from. */
typedef enum {
    NGX_FRONTDESK_ARG_END,
    NGX_FRONTDESK_ARG_PATH, /* the first {...}; a UUID */
    NGX_FRONTDESK_ARG_LIMIT,
    NGX_FRONTDESK_ARG_OFFSET,
    NGX_FRONTDESK_ARG_FROM,
    NGX_FRONTDESK_ARG_TO
} ngx_frontdesk_arg_e;

typedef enum {
    NGX_FRONTDESK_LIST,  /* rows as an array */
    NGX_FRONTDESK_OBJECT /* one row, with an ETag; no row: 404 */
} ngx_frontdesk_result_e;

/* One webhook: what is asked of Postgres, and what becomes of the answer. */
typedef struct ngx_frontdesk_webhook_s ngx_frontdesk_webhook_t;

struct ngx_frontdesk_route_s {
    ngx_uint_t methods;
    ngx_str_t pattern;
    ngx_frontdesk_access_e access;
    ngx_http_handler_pt handler;
    const char *sql; /* of ngx_frontdesk_api_handler() */
    ngx_frontdesk_arg_e args[NGX_FRONTDESK_ARGS];
    ngx_frontdesk_result_e result;
    const ngx_frontdesk_webhook_t *webhook;
};

/*
 * NGX_OK: found, its {...} in path.  NGX_DECLINED: no such path.  NGX_BUSY:
 * the path has other methods, listed in allow.
 */
ngx_int_t ngx_frontdesk_route_find(ngx_http_request_t *r,
    const ngx_frontdesk_route_t **route, ngx_str_t *path, ngx_str_t *allow);

/* Handlers of the table. */
ngx_int_t ngx_frontdesk_api_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_login_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_refresh_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_logout_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_twilio_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_live_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_ready_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_health_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_metrics_handler(ngx_http_request_t *r);

extern const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_voice;
extern const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_resume;
extern const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_transfer;
extern const ngx_frontdesk_webhook_t ngx_frontdesk_webhook_status;


/*
 * Asynchronous work.  Its steps return what ngx_http_finalize_request() takes,
 * or NGX_DONE: another step follows.  ngx_frontdesk_begin() takes a reference
 * and the first step, ngx_frontdesk_finish() ends each.
 */

typedef ngx_int_t (*ngx_frontdesk_done_pt)(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

ngx_int_t ngx_frontdesk_begin(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r));
void ngx_frontdesk_finish(ngx_http_request_t *r, ngx_int_t rc);

/*
 * Asks Postgres; when the request goes first, the query is detached.  When it
 * cannot be asked, the next step is taken at once, with that as answer.
 */
ngx_int_t ngx_frontdesk_ask(ngx_http_request_t *r,
    const ngx_frontdesk_pg_call_t *call, ngx_frontdesk_done_pt done);

/* Reads the body into ctx->body, then starts. */
ngx_int_t ngx_frontdesk_read_body(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r));

/* An answer that is an error. */
ngx_int_t ngx_frontdesk_send_failure(ngx_http_request_t *r,
    const ngx_frontdesk_pg_answer_t *answer);


/* Bodies in JSON. */

typedef struct {
    const char *name;
    size_t max; /* bytes */
} ngx_frontdesk_field_t;

/*
 * Reads ctx->body as an object of exactly these strings, all of them, into
 * values.  NGX_OK, or what a failed check has sent.
 */
ngx_int_t ngx_frontdesk_read_fields(ngx_http_request_t *r,
    const ngx_frontdesk_field_t *fields, ngx_uint_t n, char **values,
    ngx_int_t *sent);
ngx_int_t ngx_frontdesk_is_content_type(ngx_http_request_t *r,
    const char *type);

ngx_str_t *ngx_frontdesk_find_header(ngx_http_request_t *r, const char *name);
char *ngx_frontdesk_string(ngx_pool_t *pool, const ngx_str_t *text);

/* Bodies on their way out, grown piece by piece. */

#include "ngx_frontdesk_json.h"

typedef struct {
    ngx_frontdesk_json_t json;
    ngx_http_request_t *request;
    ngx_chain_t *first;
    ngx_chain_t *last;
} ngx_frontdesk_output_t;

ngx_int_t ngx_frontdesk_output_open(ngx_frontdesk_output_t *out,
    ngx_http_request_t *r);
ngx_chain_t *ngx_frontdesk_output_close(ngx_frontdesk_output_t *out);


/* ngx_frontdesk_auth.c */

/* Sets ctx->actor.  NGX_OK, or NGX_DECLINED: 401. */
ngx_int_t ngx_frontdesk_auth_bearer(ngx_http_request_t *r);


/* ngx_frontdesk_edge.c */

ngx_int_t ngx_frontdesk_edge_variables(ngx_conf_t *cf);
ngx_int_t ngx_frontdesk_preflight(ngx_http_request_t *r);


/* ngx_frontdesk_password.c */

/* NGX_OK: right, NGX_DECLINED: wrong, NGX_ERROR: it cannot be told. */
typedef ngx_int_t (*ngx_frontdesk_password_pt)(ngx_http_request_t *r,
    ngx_int_t verdict);

/*
 * Checks on the thread pool.  encoded NULL: there is no such user, and the
 * check takes as long.  NGX_DONE, or NGX_BUSY: too many are under way.
 */
ngx_int_t ngx_frontdesk_password_check(ngx_http_request_t *r,
    const char *password, const char *encoded,
    ngx_frontdesk_password_pt done);
ngx_uint_t ngx_frontdesk_password_pending(void);

#endif
