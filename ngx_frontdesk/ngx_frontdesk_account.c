/* SPDX-License-Identifier: BSD-2-Clause */

/* Accounts: registering, and a password that was forgotten. */

#include "ngx_frontdesk_session.h"
#include "ngx_frontdesk_strength.h"

/* Mail or no mail, the answer takes as long. */
#define NGX_FRONTDESK_FORGOT_MS 300

static const char ngx_frontdesk_forgotten[] = "If there is such a user, a "
                                              "mail is on its way.";
static const char ngx_frontdesk_verified[] = "Your email address is verified.";
static const char ngx_frontdesk_changed[] = "Your password is changed. "
                                            "Please log in.";

static ngx_int_t ngx_frontdesk_verify_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_verify_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_register_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_register_hashed(ngx_http_request_t *r,
    ngx_int_t verdict, const char *fresh);
static ngx_int_t ngx_frontdesk_registered(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_forgot_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_forgot_asked(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static void ngx_frontdesk_forgot_answer(ngx_event_t *ev);
static ngx_int_t ngx_frontdesk_reset_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_reset_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_reset_hashed(ngx_http_request_t *r,
    ngx_int_t verdict, const char *fresh);
static ngx_int_t ngx_frontdesk_reset_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

ngx_int_t
ngx_frontdesk_check_new(ngx_http_request_t *r, const char *password,
    const char *email, const char *name, ngx_int_t *sent)
{
    const char *reason;

    reason = ngx_frontdesk_password_reason(password, email, name);
    if (reason == NULL) {
        return NGX_OK;
    }

    *sent = ngx_frontdesk_send_error(r, 422, reason, "password");

    return NGX_DECLINED;
}

static ngx_int_t
ngx_frontdesk_hash(ngx_http_request_t *r, const char *password,
    ngx_frontdesk_password_pt done)
{
    ngx_frontdesk_password_t what;

    ngx_memzero(&what, sizeof(what));
    what.next = password;

    return ngx_frontdesk_password(r, &what, done);
}


/* Registering. */

typedef struct {
    char *values[3]; /* email, password, name */
    ngx_frontdesk_session_t session;
} ngx_frontdesk_register_t;

ngx_int_t
ngx_frontdesk_register_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_register_start);
}

static ngx_int_t
ngx_frontdesk_register_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_register_t *new;

    new = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_register_t));
    if (new == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = new;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK
        || ngx_frontdesk_read_fields(r, ctx->route->body, new->values, &sent)
               != NGX_OK
        || ngx_frontdesk_check_new(r, new->values[1], new->values[0],
                                   new->values[2], &sent)
               != NGX_OK)
    {
        return sent;
    }

    return ngx_frontdesk_hash(r, new->values[1],
                              ngx_frontdesk_register_hashed);
}

static ngx_int_t
ngx_frontdesk_register_hashed(ngx_http_request_t *r, ngx_int_t verdict,
    const char *fresh)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_register_t *new = ctx->data;

    if (ngx_frontdesk_session_make(r, &new->session) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = {
        new->values[0],
        new->values[2],
        fresh,
        new->session.id,
        new->session.digest,
        new->session.ttl,
        ngx_frontdesk_user_agent(r),
        ngx_frontdesk_address(r),
    };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.user_register($1, $2, $3, $4, $5, $6, $7, "
               "$8)";
    call.nparams = sizeof(params) / sizeof(params[0]);
    call.params = params;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_CREATED, NULL,
                                  ngx_frontdesk_registered);
}

/* No row: the address has a user already, who hears of it by mail. */
static ngx_int_t
ngx_frontdesk_registered(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_register_t *new = ctx->data;

    static ngx_str_t me = ngx_string("/api/auth/me");

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (PQntuples(answer->result) == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_CONFLICT,
                                        "This cannot be registered.", NULL);
    }

    if (ngx_frontdesk_session_keep(r, &new->session, answer->result) != NGX_OK
        || ngx_frontdesk_add_header(r, "Location", &me) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_session_send(r, &new->session, NGX_HTTP_CREATED);
}


/* A link that verifies an address. */

ngx_int_t
ngx_frontdesk_verify_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_verify_start);
}

static ngx_int_t
ngx_frontdesk_verify_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    const char *params[1];
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_problems_t problems;

    problems.n = 0;
    params[0] = ngx_frontdesk_read_object(r, &problems, ctx->route->body,
                                          &sent);
    if (params[0] == NULL) {
        return sent;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = ctx->plan->sql;
    call.nparams = 1;
    call.params = params;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_OK,
                                  ngx_frontdesk_verified,
                                  ngx_frontdesk_verify_done);
}

static ngx_int_t
ngx_frontdesk_verify_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    return answer->result == NULL
               ? ngx_frontdesk_send_failure(r, answer)
               : ngx_frontdesk_send_message(r, NGX_HTTP_OK,
                                            ngx_frontdesk_verified);
}


/* A password that was forgotten. */

typedef struct {
    char *email;
    ngx_msec_t began;
    ngx_event_t later;
} ngx_frontdesk_forgot_t;

ngx_int_t
ngx_frontdesk_forgot_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_forgot_start);
}

static void
ngx_frontdesk_forgot_cleanup(void *data)
{
    ngx_frontdesk_forgot_t *forgot = data;

    if (forgot->later.timer_set) {
        ngx_del_timer(&forgot->later);
    }
}

static ngx_int_t
ngx_frontdesk_forgot_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_http_cleanup_t *cln;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_forgot_t *forgot;
    ngx_frontdesk_pg_call_t call;

    forgot = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_forgot_t));
    cln = ngx_http_cleanup_add(r, 0);
    if (forgot == NULL || cln == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    cln->handler = ngx_frontdesk_forgot_cleanup;
    cln->data = forgot;
    ctx->data = forgot;
    forgot->began = ngx_current_msec;

    if (ngx_frontdesk_read_fields(r, ctx->route->body, &forgot->email, &sent)
        != NGX_OK)
    {
        return sent;
    }

    const char *params[] = { forgot->email };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.password_forgot($1)";
    call.nparams = 1;
    call.params = params;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_ACCEPTED,
                                  ngx_frontdesk_forgotten,
                                  ngx_frontdesk_forgot_asked);
}

static ngx_int_t
ngx_frontdesk_forgot_asked(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_msec_t took;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_forgot_t *forgot = ctx->data;

    /* Only a database that is away fails, whoever asks, or a used key. */
    if (answer->result == NULL
        && (answer->status >= 500 || ctx->once != NULL))
    {
        return ngx_frontdesk_send_failure(r, answer);
    }

    took = ngx_current_msec - forgot->began;
    forgot->later.data = r;
    forgot->later.handler = ngx_frontdesk_forgot_answer;
    forgot->later.log = r->connection->log;
    ngx_add_timer(&forgot->later, took < NGX_FRONTDESK_FORGOT_MS
                                      ? NGX_FRONTDESK_FORGOT_MS - took
                                      : 1);

    return NGX_DONE;
}

static void
ngx_frontdesk_forgot_answer(ngx_event_t *ev)
{
    ngx_connection_t *c;
    ngx_http_request_t *r = ev->data;

    c = r->connection;
    ngx_http_set_log_request(c->log, r);
    ngx_frontdesk_finish(r, ngx_frontdesk_send_message(
                                r, NGX_HTTP_ACCEPTED,
                                ngx_frontdesk_forgotten));
    ngx_http_run_posted_requests(c);
}

typedef struct {
    char *values[2]; /* token, password */
} ngx_frontdesk_reset_t;

ngx_int_t
ngx_frontdesk_reset_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_reset_start);
}

static ngx_int_t
ngx_frontdesk_reset_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_reset_t *reset;
    ngx_frontdesk_pg_call_t call;

    reset = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_reset_t));
    if (reset == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = reset;

    if (ngx_frontdesk_read_fields(r, ctx->route->body, reset->values, &sent)
        != NGX_OK)
    {
        return sent;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.reset_find($1)";
    call.nparams = 1;
    call.params = (const char *const *) reset->values;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_reset_found);
}

static ngx_int_t
ngx_frontdesk_reset_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    char *email, *name;
    ngx_int_t sent;
    ngx_str_t value;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_reset_t *reset = ctx->data;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    value = ngx_frontdesk_pg_value(answer->result, 0, "email");
    email = ngx_frontdesk_string(r->pool, &value);
    value = ngx_frontdesk_pg_value(answer->result, 0, "name");
    name = ngx_frontdesk_string(r->pool, &value);
    if (email == NULL || name == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (ngx_frontdesk_check_new(r, reset->values[1], email, name, &sent)
        != NGX_OK)
    {
        return sent;
    }

    return ngx_frontdesk_hash(r, reset->values[1],
                              ngx_frontdesk_reset_hashed);
}

static ngx_int_t
ngx_frontdesk_reset_hashed(ngx_http_request_t *r, ngx_int_t verdict,
    const char *fresh)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_reset_t *reset = ctx->data;
    ngx_frontdesk_pg_call_t call;

    const char *params[] = { reset->values[0], fresh };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.password_reset($1, $2)";
    call.nparams = 2;
    call.params = params;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_OK,
                                  ngx_frontdesk_changed,
                                  ngx_frontdesk_reset_done);
}

static ngx_int_t
ngx_frontdesk_reset_done(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    return ngx_frontdesk_send_message(r, NGX_HTTP_OK, ngx_frontdesk_changed);
}
