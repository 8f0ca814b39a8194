/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Login: find the user, check the password, then the second factor if there is
 * one, open a session.  A user who does not exist costs as much time as one
 * who does, and fails as often.
 */

#include "ngx_frontdesk_session.h"

/* In the order of the row's fields. */
enum {
    EMAIL,
    PASSWORD,
    TOTP_CODE,
    RECOVERY_CODE,
    VALUES
};

/* A login on its way. */
typedef struct {
    ngx_frontdesk_session_t session;
    char *values[VALUES];
    unsigned exists:1;
    ngx_frontdesk_factor_t factor;
} ngx_frontdesk_login_t;

static ngx_int_t ngx_frontdesk_login_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_login_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_login_checked(ngx_http_request_t *r,
    ngx_int_t verdict, const char *fresh);
static ngx_int_t ngx_frontdesk_login_factor(ngx_http_request_t *r,
    ngx_frontdesk_login_t *login, const char *fresh);
static ngx_int_t ngx_frontdesk_login_open(ngx_http_request_t *r,
    ngx_frontdesk_login_t *login, const char *step, const char *fresh);
static ngx_int_t ngx_frontdesk_login_opened(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_login_counted(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);

static const char ngx_frontdesk_wrong_code[] = "The code is wrong or was used "
                                               "before.";

ngx_int_t
ngx_frontdesk_login_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_login_start);
}

static ngx_int_t
ngx_frontdesk_login_start(ngx_http_request_t *r)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_login_t *login;
    ngx_frontdesk_pg_call_t call;

    login = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_login_t));
    if (login == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = login;

    if (ngx_frontdesk_check_site(r, &sent) != NGX_OK
        || ngx_frontdesk_read_fields(r, ctx->route->body, login->values,
                                     &sent)
               != NGX_OK)
    {
        return sent;
    }

    const char *params[] = { login->values[EMAIL], ngx_frontdesk_address(r) };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.login_find($1, $2)";
    call.nparams = 2;
    call.params = params;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_login_found);
}

static ngx_int_t
ngx_frontdesk_login_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_str_t value;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_login_t *login = ctx->data;
    ngx_frontdesk_password_t what;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    ngx_memzero(&what, sizeof(what));
    what.password = login->values[PASSWORD];

    value = ngx_frontdesk_pg_value(answer->result, 0, "is_active");
    if (value.len == 1 && value.data[0] == 't') {
        if (ngx_frontdesk_session_keep(r, &login->session, answer->result)
                != NGX_OK
            || ngx_frontdesk_factor_keep(&login->factor, answer->result)
                   != NGX_OK)
        {
            return NGX_HTTP_INTERNAL_SERVER_ERROR;
        }

        login->exists = 1;

        /* Who has no password cannot log in with one. */
        value = ngx_frontdesk_pg_value(answer->result, 0, "password_hash");
        if (value.len > 0) {
            what.encoded = ngx_frontdesk_string(r->pool, &value);
        }
    }

    return ngx_frontdesk_password(r, &what, ngx_frontdesk_login_checked);
}

static ngx_int_t
ngx_frontdesk_login_checked(ngx_http_request_t *r, ngx_int_t verdict,
    const char *fresh)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_login_t *login = ctx->data;

    if (verdict != NGX_OK || !login->exists) {
        ngx_log_error(NGX_LOG_NOTICE, r->connection->log, 0,
                      "login refused");
        return ngx_frontdesk_login_failed(r, login->values[EMAIL],
                                          NGX_HTTP_UNAUTHORIZED,
                                          "The email or the password is "
                                          "wrong.",
                                          NULL);
    }

    return ngx_frontdesk_login_factor(r, login, fresh);
}

static ngx_int_t
ngx_frontdesk_login_factor(ngx_http_request_t *r,
    ngx_frontdesk_login_t *login, const char *fresh)
{
    char text[NGX_INT64_LEN + 1];
    int64_t step;

    if (login->factor.len == 0
        || (login->values[TOTP_CODE] == NULL
            && login->values[RECOVERY_CODE] != NULL))
    {
        return ngx_frontdesk_login_open(r, login, NULL, fresh);
    }

    /* What the dashboard asks for then; it is no failure. */
    if (login->values[TOTP_CODE] == NULL) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_UNAUTHORIZED,
                                        "A code of your second factor is "
                                        "needed.",
                                        "totp_code");
    }

    switch (ngx_frontdesk_factor_check(r, &login->factor,
                                       (char *) login->session.user_id.data,
                                       login->values[TOTP_CODE], &step))
    {
    case NGX_OK:
        snprintf(text, sizeof(text), "%lld", (long long) step);
        return ngx_frontdesk_login_open(r, login, text, fresh);
    case NGX_DECLINED:
        return ngx_frontdesk_login_failed(r, login->values[EMAIL],
                                          NGX_HTTP_UNAUTHORIZED,
                                          ngx_frontdesk_wrong_code,
                                          "totp_code");
    default:
        return ngx_frontdesk_factor_broken(r);
    }
}

static ngx_int_t
ngx_frontdesk_login_open(ngx_http_request_t *r, ngx_frontdesk_login_t *login,
    const char *step, const char *fresh)
{
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_session_t *session = &login->session;

    if (ngx_frontdesk_session_make(r, session) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = {
        (char *) session->user_id.data,
        session->id,
        session->digest,
        session->ttl,
        ngx_frontdesk_user_agent(r),
        ngx_frontdesk_address(r),
        step,
        step == NULL ? login->values[RECOVERY_CODE] : NULL,
        fresh,
        login->factor.fresh,
    };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.session_open($1, $2, $3, $4, $5, $6, $7, $8, $9, "
               "$10)";
    call.nparams = sizeof(params) / sizeof(params[0]);
    call.params = params;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_OK, NULL,
                                  ngx_frontdesk_login_opened);
}

static ngx_int_t
ngx_frontdesk_login_opened(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    const char *field;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_login_t *login = ctx->data;

    if (answer->result != NULL) {
        return ngx_frontdesk_session_send(r, &login->session, NGX_HTTP_OK);
    }

    /* A code that Postgres refused: it was used, or is no recovery code. */
    if (answer->status == NGX_HTTP_UNAUTHORIZED && answer->field.len > 0) {
        field = answer->field.len == sizeof("totp_code") - 1 ? "totp_code"
                                                             : "recovery_code";
        return ngx_frontdesk_login_failed(r, login->values[EMAIL],
                                          NGX_HTTP_UNAUTHORIZED,
                                          ngx_frontdesk_wrong_code, field);
    }

    return ngx_frontdesk_send_failure(r, answer);
}


/* Failures. */

typedef struct {
    ngx_uint_t status;
    const char *detail;
    const char *field;
} ngx_frontdesk_refusal_t;

ngx_int_t
ngx_frontdesk_login_failed(ngx_http_request_t *r, const char *email,
    ngx_uint_t status, const char *detail, const char *field)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;
    ngx_frontdesk_refusal_t *refusal;

    refusal = ngx_palloc(r->pool, sizeof(ngx_frontdesk_refusal_t));
    if (refusal == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    refusal->status = status;
    refusal->detail = detail;
    refusal->field = field;
    ctx->data = refusal;

    const char *params[] = { email, ngx_frontdesk_address(r) };

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.login_failed($1, $2)";
    call.nparams = 2;
    call.params = params;

    return ngx_frontdesk_ask(r, &call, ngx_frontdesk_login_counted);
}

/* What cannot be counted may be right for all we tell. */
static ngx_int_t
ngx_frontdesk_login_counted(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_refusal_t *refusal = ctx->data;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    return ngx_frontdesk_send_error(r, refusal->status, refusal->detail,
                                    refusal->field);
}
