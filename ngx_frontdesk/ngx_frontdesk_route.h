/* SPDX-License-Identifier: BSD-2-Clause */

/* The route table, and what its handlers have in common. */

#ifndef NGX_FRONTDESK_ROUTE_H
#define NGX_FRONTDESK_ROUTE_H

#include "ngx_frontdesk.h"
#include "ngx_frontdesk_query.h"

typedef enum {
    NGX_FRONTDESK_USER, /* who is logged in, or an API key */
    NGX_FRONTDESK_ADMIN,
    NGX_FRONTDESK_PUBLIC
} ngx_frontdesk_access_e;

typedef enum {
    NGX_FRONTDESK_LIST,    /* rows as an array */
    NGX_FRONTDESK_ONE,     /* one row, with an ETag; no row: 404 */
    NGX_FRONTDESK_CREATED, /* one row, with a Location: 201 */
    NGX_FRONTDESK_MESSAGE, /* {"message": ...} of a column message */
    NGX_FRONTDESK_DOCUMENT /* columns content_type, body: as they are */
} ngx_frontdesk_result_e;

/* One webhook: what is asked of Postgres, and what becomes of the answer. */
typedef struct ngx_frontdesk_webhook_s ngx_frontdesk_webhook_t;

/*
 * A row of the table.  A {...} of the pattern is a UUID, {n:int} a number and
 * {key:text} a text.  What stands for a field here, ngx_frontdesk_rows.h has
 * words for.
 */
struct ngx_frontdesk_route_s {
    ngx_uint_t methods;
    ngx_str_t pattern;
    ngx_frontdesk_access_e access;
    ngx_http_handler_pt handler;
    const char *sql;                    /* of ngx_frontdesk_api_handler() */
    const ngx_frontdesk_field_t *query; /* NULL: no query is known */
    const ngx_frontdesk_field_t *body;  /* NULL: no body is read */
    ngx_frontdesk_result_e result;
    const char *keyset;     /* column of the cursor beside id */
    const char *object_sql; /* one object of the path, for If-Match */
    const char *location;   /* what Location has before the id */
    const char *about;      /* a sentence for the API's description */
    const char *tag;        /* its chapter; NULL: after the path */
    unsigned partial:1;     /* the body: what is absent stays as it is */
    unsigned csv:1;         /* the list may be had as CSV */
    unsigned csv_body:1;    /* the body may be CSV: its field "rows" */
    unsigned secret:1;      /* the answer is never kept for a replay */
    const ngx_frontdesk_webhook_t *webhook;
};

/* Each area's rows, ended by an empty one. */
extern const ngx_frontdesk_route_t ngx_frontdesk_routes_core[];
extern const ngx_frontdesk_route_t ngx_frontdesk_routes_accounts[];
extern const ngx_frontdesk_route_t ngx_frontdesk_routes_team[];
extern const ngx_frontdesk_route_t ngx_frontdesk_routes_business[];
extern const ngx_frontdesk_route_t ngx_frontdesk_routes_people[];
extern const ngx_frontdesk_route_t ngx_frontdesk_routes_jobs[];

/* What is made of a row when nginx starts. */
struct ngx_frontdesk_plan_s {
    const ngx_frontdesk_route_t *route;
    ngx_str_t head; /* its first one or two segments */
    ngx_frontdesk_plan_t *next;
    ngx_uint_t nparts;       /* {...} of its path */
    ngx_uint_t nparams;      /* of its function */
    const char *sql;         /* with a tag, where there is one */
    const char *kept_sql;    /* with an Idempotency-Key */
    const char *match_sql;   /* what If-Match asks for */
    ngx_uint_t match_params; /* parts of the path, then the tags */
};

/* NULL: a row is wrong, and is in the log. */
ngx_frontdesk_routes_t *ngx_frontdesk_routes_create(ngx_conf_t *cf);
ngx_int_t ngx_frontdesk_plan_make(ngx_conf_t *cf, ngx_frontdesk_plan_t *plan,
    const ngx_frontdesk_route_t *route);

/*
 * NGX_OK: found, its {...} in path.  NGX_DECLINED: no such path.  NGX_BUSY:
 * the path has other methods, listed in allow.
 */
ngx_int_t ngx_frontdesk_route_find(ngx_http_request_t *r,
    const ngx_frontdesk_plan_t **plan, ngx_str_t *path, ngx_str_t *allow);

/* Handlers of the table. */
ngx_int_t ngx_frontdesk_api_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_login_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_refresh_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_logout_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_logout_all_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_register_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_forgot_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_verify_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_reset_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_me_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_totp_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_totp_confirm_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_totp_remove_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_provider_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_recovery_codes_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_methods_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_google_initiate_handler(ngx_http_request_t *r);
ngx_int_t ngx_frontdesk_google_callback_handler(ngx_http_request_t *r);
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

#define NGX_FRONTDESK_BEFORE 5 /* steps before a function */

/*
 * Asks Postgres, as ctx->actor or with the API key when the call has an actor.
 * When the request goes first, the query is detached.  When it cannot be
 * asked, the next step is taken at once, with that as answer.
 */
ngx_int_t ngx_frontdesk_ask(ngx_http_request_t *r,
    const ngx_frontdesk_pg_call_t *call, ngx_frontdesk_done_pt done);

/* Reads the body into ctx->body, then starts. */
ngx_int_t ngx_frontdesk_read_body(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r));

/*
 * Idempotency-Key for handlers of their own.  ngx_frontdesk_read_once() reads
 * the body, if the route has one, and starts, unless this was done before:
 * then what was answered is answered again.  The step that does it, and no
 * other, is asked with ngx_frontdesk_ask_once(), which keeps what will be
 * answered: this message, or NULL for what is shown once.
 */
ngx_int_t ngx_frontdesk_read_once(ngx_http_request_t *r,
    ngx_int_t (*start)(ngx_http_request_t *r));
ngx_int_t ngx_frontdesk_ask_once(ngx_http_request_t *r,
    const ngx_frontdesk_pg_call_t *call, ngx_uint_t status,
    const char *message, ngx_frontdesk_done_pt done);

/* What is wrong with the request, all at once: 400. */
ngx_int_t ngx_frontdesk_send_problems(ngx_http_request_t *r,
    const ngx_frontdesk_problems_t *problems);

/* An answer that is an error. */
ngx_int_t ngx_frontdesk_send_failure(ngx_http_request_t *r,
    const ngx_frontdesk_pg_answer_t *answer);


/* Bodies in JSON. */

/*
 * Reads ctx->body as an object of fields, for handlers of their own: values[i]
 * is the text of the i-th, NULL when it is absent or null; numbers, booleans,
 * arrays and objects are as JSON has them.  NGX_OK, or what a failed check has
 * sent.
 */
ngx_int_t ngx_frontdesk_read_fields(ngx_http_request_t *r,
    const ngx_frontdesk_field_t *fields, char **values, ngx_int_t *sent);

/* The same as one text of JSON, for SQL; problems may have some already. */
char *ngx_frontdesk_read_object(ngx_http_request_t *r,
    ngx_frontdesk_problems_t *problems, const ngx_frontdesk_field_t *fields,
    ngx_int_t *sent);
ngx_int_t ngx_frontdesk_read_tree(ngx_http_request_t *r,
    ngx_frontdesk_problems_t *problems, const ngx_frontdesk_field_t *fields,
    cJSON **tree, ngx_int_t *sent);

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


/* ngx_frontdesk_audit.c: the last phase of every request. */
ngx_int_t ngx_frontdesk_audit_handler(ngx_http_request_t *r);


/* ngx_frontdesk_password.c */

/* What a thread is to do; texts are copied. */
typedef struct {
    const char *password; /* to check; NULL: none */
    const char *encoded;  /* NULL: there is no such user; it takes as long */
    const char *next;     /* to hash if the check was right; NULL: none */
} ngx_frontdesk_password_t;

/*
 * NGX_OK: right, or there was none to check, NGX_DECLINED: wrong.  fresh is the
 * hash of next, or of a password that was right and whose hash is weaker than
 * new ones are; NULL when there is none.  It goes when the handler returns.
 */
typedef ngx_int_t (*ngx_frontdesk_password_pt)(ngx_http_request_t *r,
    ngx_int_t verdict, const char *fresh);

/*
 * Checks and hashes on the thread pool.  NGX_DONE, or what was sent because
 * too many are under way.
 */
ngx_int_t ngx_frontdesk_password(ngx_http_request_t *r,
    const ngx_frontdesk_password_t *what, ngx_frontdesk_password_pt done);
ngx_uint_t ngx_frontdesk_password_pending(void);

#endif
