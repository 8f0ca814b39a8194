/* SPDX-License-Identifier: BSD-2-Clause */

/*
 * Second factors: set up, confirmed with a first code, removed with a code or
 * the password.  That no code is taken twice, Postgres sees to.
 */

#include "ngx_frontdesk_session.h"

#define NGX_FRONTDESK_ISSUER "FrontDesk"

static ngx_str_t ngx_frontdesk_json_type = ngx_string("application/json");

/* Whose it is, and what was given. */
typedef struct {
    char *values[2]; /* a code; or password, code */
    char *email;
    ngx_frontdesk_factor_t factor;
    uint8_t secret[NGX_FRONTDESK_TOTP_BYTES];
} ngx_frontdesk_setup_t;

static ngx_int_t ngx_frontdesk_totp_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_totp_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_totp_stored(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_totp_confirm_start(ngx_http_request_t *r);
static ngx_int_t ngx_frontdesk_totp_confirm_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_totp_codes(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_totp_proven_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);
static ngx_int_t ngx_frontdesk_totp_proven_checked(ngx_http_request_t *r,
    ngx_int_t verdict, const char *fresh);
static ngx_int_t ngx_frontdesk_totp_removed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer);


/* What they have in common. */

/* Reads the row's fields, then asks who it is. */
static ngx_int_t
ngx_frontdesk_setup_start(ngx_http_request_t *r, ngx_frontdesk_done_pt found)
{
    ngx_int_t sent;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup;
    ngx_frontdesk_pg_call_t call;

    setup = ngx_pcalloc(r->pool, sizeof(ngx_frontdesk_setup_t));
    if (setup == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ctx->data = setup;

    if (ngx_frontdesk_check_person(r, &sent) != NGX_OK
        || (ctx->route->body != NULL
            && ngx_frontdesk_read_fields(r, ctx->route->body, setup->values,
                                         &sent)
                   != NGX_OK))
    {
        return sent;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select * from api.me_secret()";
    call.actor = ctx->actor.user_id;
    call.idempotent = 1;

    return ngx_frontdesk_ask(r, &call, found);
}

static ngx_int_t
ngx_frontdesk_setup_keep(ngx_http_request_t *r, PGresult *row)
{
    ngx_str_t email;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup = ctx->data;

    email = ngx_frontdesk_pg_value(row, 0, "email");
    setup->email = ngx_frontdesk_string(r->pool, &email);

    return setup->email != NULL ? ngx_frontdesk_factor_keep(&setup->factor,
                                                            row)
                                : NGX_ERROR;
}

static ngx_int_t
ngx_frontdesk_setup_is_enabled(PGresult *row)
{
    ngx_str_t value = ngx_frontdesk_pg_value(row, 0, "totp_enabled");

    return value.len == 1 && value.data[0] == 't';
}

/* With the time step of a code, or null. */
static ngx_int_t
ngx_frontdesk_setup_step(ngx_http_request_t *r, const char *sql,
    const int64_t *step, ngx_frontdesk_done_pt done)
{
    char text[NGX_INT64_LEN + 1];
    const char *params[] = { NULL };
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_pg_call_t call;

    if (step != NULL) {
        snprintf(text, sizeof(text), "%lld", (long long) *step);
        params[0] = text;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = sql;
    call.nparams = 1;
    call.params = params;
    call.actor = ctx->actor.user_id;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_OK, NULL, done);
}


/* A new secret. */

ngx_int_t
ngx_frontdesk_totp_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_totp_start);
}

static ngx_int_t
ngx_frontdesk_totp_start(ngx_http_request_t *r)
{
    if (ngx_frontdesk_ring(r)->n == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_SERVICE_UNAVAILABLE,
                                        "Second factors are not set up here.",
                                        NULL);
    }

    return ngx_frontdesk_setup_start(r, ngx_frontdesk_totp_found);
}

static ngx_int_t
ngx_frontdesk_totp_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup = ctx->data;
    ngx_frontdesk_pg_call_t call;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_setup_keep(r, answer->result) != NGX_OK
        || ngx_frontdesk_totp_make(setup->secret) != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    const char *params[] = {
        ngx_frontdesk_factor_seal(r, setup->secret, sizeof(setup->secret),
                                  ctx->actor.user_id),
    };

    if (params[0] == NULL) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    ngx_memzero(&call, sizeof(call));
    call.sql = "select api.totp_store($1)";
    call.nparams = 1;
    call.params = params;
    call.actor = ctx->actor.user_id;

    return ngx_frontdesk_ask_once(r, &call, NGX_HTTP_OK, NULL,
                                  ngx_frontdesk_totp_stored);
}

/* As authenticators read it out of a square code. */
static ngx_int_t
ngx_frontdesk_totp_url(ngx_http_request_t *r,
    const ngx_frontdesk_setup_t *setup, const char *secret, ngx_str_t *url)
{
    u_char *p;
    size_t len, more;

    len = ngx_strlen(setup->email);
    more = ngx_escape_uri(NULL, (u_char *) setup->email, len,
                          NGX_ESCAPE_URI_COMPONENT);

    p = ngx_pnalloc(r->pool, len + 2 * more + 256);
    if (p == NULL) {
        return NGX_ERROR;
    }

    url->data = p;
    p = ngx_cpymem(p, "otpauth://totp/" NGX_FRONTDESK_ISSUER ":",
                   sizeof("otpauth://totp/" NGX_FRONTDESK_ISSUER ":") - 1);
    p = (u_char *) ngx_escape_uri(p, (u_char *) setup->email, len,
                                  NGX_ESCAPE_URI_COMPONENT);
    p = ngx_sprintf(p, "?secret=%s&issuer=%s", secret, NGX_FRONTDESK_ISSUER);
    p = ngx_sprintf(p, "&algorithm=SHA1&digits=%d&period=%d",
                    NGX_FRONTDESK_TOTP_DIGITS, NGX_FRONTDESK_TOTP_STEP_S);
    url->len = (size_t) (p - url->data);

    return NGX_OK;
}

static ngx_int_t
ngx_frontdesk_totp_stored(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    int failed;
    char secret[NGX_FRONTDESK_TOTP_TEXT];
    ngx_str_t url;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup = ctx->data;
    ngx_frontdesk_output_t out;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    ngx_frontdesk_totp_text(secret, setup->secret);
    if (ngx_frontdesk_totp_url(r, setup, secret, &url) != NGX_OK
        || ngx_frontdesk_output_open(&out, r) != NGX_OK)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    failed = ngx_frontdesk_json_literal(&out.json, "{\"secret\":");
    failed |= ngx_frontdesk_json_string(&out.json, secret,
                                        ngx_strlen(secret));
    failed |= ngx_frontdesk_json_literal(&out.json, ",\"otpauth_url\":");
    failed |= ngx_frontdesk_json_string(&out.json, (char *) url.data,
                                        url.len);
    failed |= ngx_frontdesk_json_literal(&out.json, "}");

    return failed ? NGX_HTTP_INTERNAL_SERVER_ERROR
                  : ngx_frontdesk_send(r, NGX_HTTP_OK,
                                       &ngx_frontdesk_json_type,
                                       ngx_frontdesk_output_close(&out));
}


/* Its first code. */

ngx_int_t
ngx_frontdesk_totp_confirm_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_totp_confirm_start);
}

static ngx_int_t
ngx_frontdesk_totp_confirm_start(ngx_http_request_t *r)
{
    return ngx_frontdesk_setup_start(r, ngx_frontdesk_totp_confirm_found);
}

static ngx_int_t
ngx_frontdesk_totp_confirm_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    int64_t step;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup = ctx->data;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_setup_keep(r, answer->result) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (setup->factor.len == 0
        || ngx_frontdesk_setup_is_enabled(answer->result))
    {
        return ngx_frontdesk_send_error(r, NGX_HTTP_CONFLICT,
                                        "There is no second factor to "
                                        "confirm.",
                                        NULL);
    }

    switch (ngx_frontdesk_factor_check(r, &setup->factor, ctx->actor.user_id,
                                       setup->values[0], &step))
    {
    case NGX_OK:
        return ngx_frontdesk_setup_step(r, "select * from api.totp_enable($1)",
                                        &step, ngx_frontdesk_totp_codes);
    case NGX_DECLINED:
        return ngx_frontdesk_login_failed(r, setup->email, 422,
                                          "The code is wrong.", "code");
    default:
        return ngx_frontdesk_factor_broken(r);
    }
}

/* The recovery codes, this once. */
static ngx_int_t
ngx_frontdesk_totp_codes(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_frontdesk_output_t out;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_output_open(&out, r) != NGX_OK
        || ngx_frontdesk_json_row(&out.json, answer->result, 0, 0) != 0)
    {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    return ngx_frontdesk_send(r, NGX_HTTP_OK, &ngx_frontdesk_json_type,
                              ngx_frontdesk_output_close(&out));
}


/* With the password or a code: without one again, or new recovery codes. */

static ngx_int_t
ngx_frontdesk_totp_proven_start(ngx_http_request_t *r)
{
    return ngx_frontdesk_setup_start(r, ngx_frontdesk_totp_proven_found);
}

ngx_int_t
ngx_frontdesk_totp_remove_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_body(r, ngx_frontdesk_totp_proven_start);
}

ngx_int_t
ngx_frontdesk_recovery_codes_handler(ngx_http_request_t *r)
{
    return ngx_frontdesk_read_once(r, ngx_frontdesk_totp_proven_start);
}

/* What was asked for, which is known to be wanted. */
static ngx_int_t
ngx_frontdesk_totp_proven(ngx_http_request_t *r, const int64_t *step)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (ctx->route->handler == ngx_frontdesk_totp_remove_handler) {
        return ngx_frontdesk_setup_step(r, "select * from api.totp_remove($1)",
                                        step, ngx_frontdesk_totp_removed);
    }

    return ngx_frontdesk_setup_step(
        r, "select * from api.recovery_codes_renew($1)", step,
        ngx_frontdesk_totp_codes);
}

static ngx_int_t
ngx_frontdesk_totp_proven_code(ngx_http_request_t *r,
    ngx_frontdesk_setup_t *setup)
{
    int64_t step;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);

    if (setup->factor.len == 0) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_NOT_FOUND,
                                        "You have no second factor.", NULL);
    }

    switch (ngx_frontdesk_factor_check(r, &setup->factor, ctx->actor.user_id,
                                       setup->values[1], &step))
    {
    case NGX_OK:
        return ngx_frontdesk_totp_proven(r, &step);
    case NGX_DECLINED:
        return ngx_frontdesk_login_failed(r, setup->email, NGX_HTTP_FORBIDDEN,
                                          "The code is wrong.", "code");
    default:
        return ngx_frontdesk_factor_broken(r);
    }
}

static ngx_int_t
ngx_frontdesk_totp_proven_found(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    ngx_str_t encoded;
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup = ctx->data;
    ngx_frontdesk_password_t what;

    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    if (ngx_frontdesk_setup_keep(r, answer->result) != NGX_OK) {
        return NGX_HTTP_INTERNAL_SERVER_ERROR;
    }

    if (setup->values[0] == NULL && setup->values[1] == NULL) {
        return ngx_frontdesk_send_error(r, NGX_HTTP_BAD_REQUEST,
                                        "Your password or a code is needed.",
                                        "password");
    }

    if (setup->values[0] == NULL) {
        return ngx_frontdesk_totp_proven_code(r, setup);
    }

    ngx_memzero(&what, sizeof(what));
    what.password = setup->values[0];
    encoded = ngx_frontdesk_pg_value(answer->result, 0, "password_hash");
    if (encoded.len > 0) {
        what.encoded = ngx_frontdesk_string(r->pool, &encoded);
    }

    return ngx_frontdesk_password(r, &what, ngx_frontdesk_totp_proven_checked);
}

static ngx_int_t
ngx_frontdesk_totp_proven_checked(ngx_http_request_t *r, ngx_int_t verdict,
    const char *fresh)
{
    ngx_frontdesk_ctx_t *ctx = ngx_frontdesk_ctx(r);
    ngx_frontdesk_setup_t *setup = ctx->data;

    if (verdict != NGX_OK) {
        return ngx_frontdesk_login_failed(r, setup->email, NGX_HTTP_FORBIDDEN,
                                          "The password is wrong.",
                                          "password");
    }

    return ngx_frontdesk_totp_proven(r, NULL);
}

static ngx_int_t
ngx_frontdesk_totp_removed(ngx_http_request_t *r,
    ngx_frontdesk_pg_answer_t *answer)
{
    if (answer->result == NULL) {
        return ngx_frontdesk_send_failure(r, answer);
    }

    return ngx_frontdesk_send_message(r, NGX_HTTP_OK,
                                      "Second factor deleted successfully");
}
